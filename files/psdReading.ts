/**
 * PSD files of strangers as line art: the layers of the lines (lineLayers.ts) where there are some, else the merged picture. Their form
 * is checked before (psdForm.ts); only the layers that are needed are ever decoded, one after the other. Masks and effects of layers are
 * not applied: what a drawing looks like with them, its merged picture tells.
 */
import {
  getCompositeImageData,
  getLayerImageData,
  initializeCanvas,
  readPsd,
  type Layer,
  type PixelData,
} from 'ag-psd'
import { limits } from '../shared/limits.ts'
import type { GreyPage, RgbaPicture } from '../shared/picture.ts'
import { Refusal } from '../shared/refusal.ts'
import { allLayers, lineLayers, onPaper, type Found } from './lineLayers.ts'
import { readPsdForm } from './psdForm.ts'

// The library asks for pixels where browsers keep them; there is no canvas here.
initializeCanvas(
  () => {
    throw new Error('there is no canvas')
  },
  (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height), colorSpace: 'srgb' }),
)

/** @throws Refusal */
export async function decodePsd(bytes: Uint8Array): Promise<GreyPage> {
  const { isGrey, hasMore, ...size } = readPsdForm(bytes)
  try {
    const psd = readPsd(bytes, {
      useRawData: true,
      skipThumbnail: true,
      skipLinkedFilesData: true,
      log: () => {},
    })
    const layers = foundIn(psd.children ?? [])
    // Of a grey merged picture the library reads no alpha: its layers tell.
    const lines =
      lineLayers(layers) ?? (isGrey && hasMore && layers.length > 0 ? allLayers(layers) : undefined)
    if (lines) return await onPaper(size, lines)
    const picture = rgbaOf(getCompositeImageData(psd))
    if (!hasMore || isOnWhite(picture)) makeOpaque(picture)
    const merged = { name: '', hidden: false, opacity: 1, left: 0, top: 0, ...size }
    return await onPaper(size, [{ ...merged, picture: () => Promise.resolve(picture) }])
  } catch (error) {
    throw error instanceof Refusal ? error : new Refusal('broken-image', { cause: error })
  }
}

/** Photoshop puts colors on white and keeps alpha beside; other programs keep them apart, so that some are darker than that can be. */
function isOnWhite({ rgba }: RgbaPicture): boolean {
  for (let at = 0; at < rgba.length; at += 4) {
    const darkest = 255 - rgba[at + 3]! - 2
    if (rgba[at]! < darkest || rgba[at + 1]! < darkest || rgba[at + 2]! < darkest) return false
  }
  return true
}

function makeOpaque({ rgba }: RgbaPicture): void {
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255
}

function foundIn(layers: readonly Layer[]): Found[] {
  return layers.map((layer) => {
    const {
      name = '',
      hidden = false,
      opacity = 1,
      left = 0,
      top = 0,
      right = 0,
      bottom = 0,
      children,
    } = layer
    if (children) return { name, hidden, opacity, layers: foundIn(children) }
    const [width, height] = [right - left, bottom - top]
    return {
      name,
      hidden,
      opacity,
      left,
      top,
      width,
      height,
      picture() {
        if (width * height > limits.uploadPixels) throw new Refusal('too-many-pixels')
        return Promise.resolve(rgbaOf(getLayerImageData(layer)))
      },
    }
  })
}

function rgbaOf(pixels: PixelData | undefined): RgbaPicture {
  if (!pixels) throw new Refusal('broken-image')
  const { width, height, data } = pixels
  return { width, height, rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}
