/**
 * Writes Photoshop documents (8 bits, RGB; by ag-psd): layers and groups with their names in any script, and the flattened picture
 * that programs without layers show. Packed by runs (RLE), the one packing every reader knows.
 *
 * Memory: layers are made, packed and let go one after the other; besides the document, twice, there are three pictures of its size.
 */
import { writePsdUint8Array, type Layer as PsdLayer } from 'ag-psd'
import { opaque, type RgbaPicture } from '../shared/picture.ts'
import type { Layer, LayeredPicture } from './layers.ts'

/** The document's bytes. Sides up to 30,000 pixels. */
export function encodePsd(picture: LayeredPicture): Uint8Array {
  const { width, height } = picture
  const one = oneAtATime()
  const document = {
    width,
    height,
    imageData: one(() => opaque(picture.composite)),
    children: psdLayers(picture.layers, one),
  }
  return writePsdUint8Array(document, { noBackground: true })
}

type PixelData = NonNullable<PsdLayer['imageData']>
type OneAtATime = (make: () => RgbaPicture) => PixelData

function psdLayers(layers: readonly Layer[], one: OneAtATime): PsdLayer[] {
  return layers.map((layer): PsdLayer => {
    const { name, opacity, hidden } = layer
    if ('layers' in layer)
      return { name, opacity, hidden, opened: false, children: psdLayers(layer.layers, one) }
    const { left, top, blend } = layer
    return { name, opacity, hidden, left, top, blendMode: blend, imageData: one(() => layer.picture) }
  })
}

/** Pixels that are made when the writer reads them, and let go when it reads others. */
function oneAtATime(): OneAtATime {
  let last: { of: object; picture: RgbaPicture } | undefined
  return (make) => {
    const of = {}
    let size: { width: number; height: number } | undefined
    const picture = () => {
      if (last?.of !== of) {
        last = undefined
        last = { of, picture: make() }
      }
      const { width, height } = last.picture
      size = { width, height }
      return last.picture
    }
    return {
      get data() {
        return picture().rgba
      },
      get width() {
        return (size ?? picture()).width
      },
      get height() {
        return (size ?? picture()).height
      },
    }
  }
}
