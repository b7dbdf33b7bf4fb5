/**
 * What the networks see and say, as numbers. Inputs are made channel by channel in the order the manifest names, from ink,
 * hints and hint map at the working size; a network of `scale` 0.5 sees 2 x 2 pixels averaged into one. The training code
 * makes the same (models/training).
 */
import type { HintMap } from '../shared/hintmap.ts'
import type { Size } from '../shared/workSize.ts'
import type { RgbPicture } from '../shared/picture.ts'
import { positions } from '../shared/bilinear.ts'
import type { Tensor } from './engine.ts'
import type { Planes } from './segmentMeans.ts'

/**
 * What a page looks like at its padded working size; see shared/ink.ts, raster.ts, hintmap.ts for the bytes. `border` and `room`:
 * what shared/regions.ts says of each pixel's region.
 */
export type PageState = Size & {
  ink: Uint8Array
  border: Uint8Array
  room: Uint8Array
  hints: Uint32Array
  map: HintMap
}

/** What the draft network said, at the working size: its color layer, and that layer as one color a segment. */
export type DraftLayers = { draft: Planes; flats: Planes }

/** No hint here: a value no color has, so that white, black and grey can be hinted (PaintsChainer's idea). */
const UNPAINTED = -1
const UNIT = 1 / 255

/** Where a channel's numbers come from: a byte a pixel, or one color of raster pixels with a value for unpainted ones. */
type Source = { bytes: Uint8Array } | { pixels: Uint32Array; shift: number; unpainted: number }

function sourceOf(state: PageState, name: string): Source {
  const shift = 8 * ['r', 'g', 'b'].indexOf(name.slice(-1))
  switch (name) {
    case 'ink':
      return { bytes: state.ink }
    case 'page.border':
      return { bytes: state.border }
    case 'page.room':
      return { bytes: state.room }
    case 'map.reach':
      return { bytes: state.map.reach }
    case 'map.near':
      return { bytes: state.map.near }
    case 'hint.r':
    case 'hint.g':
    case 'hint.b':
      return { pixels: state.hints, shift, unpainted: UNPAINTED }
    case 'map.r':
    case 'map.g':
    case 'map.b':
      return { pixels: state.map.color, shift, unpainted: 0 }
    default:
      throw new Error(`this version of Nurie knows no channel ${name}`)
  }
}

/** The layer a channel such as `flats.g` is a plane of, and which. */
function planeOf(layers: DraftLayers | undefined, name: string, pixels: number): Float32Array | undefined {
  const [layer, color] = name.split('.')
  if (layer !== 'draft' && layer !== 'flats') return undefined
  if (!layers) throw new Error(`channel ${name} needs a draft`)
  const start = ['r', 'g', 'b'].indexOf(color ?? '') * pixels
  return layers[layer].subarray(start, start + pixels)
}

/**
 * The input of a network. `names` and `scale` (1 or 0.5) as the manifest tells; `layers` for a network that sees the draft (at
 * scale 1). @throws Error on a channel name this version cannot make.
 */
export function inputTensor(
  state: PageState,
  names: readonly string[],
  scale: number,
  layers?: DraftLayers,
): Tensor {
  const width = state.width * scale
  const height = state.height * scale
  const data = new Float32Array(names.length * width * height)
  names.forEach((name, index) => {
    const plane = data.subarray(index * width * height, (index + 1) * width * height)
    const drawn = planeOf(layers, name, width * height)
    if (drawn) {
      plane.set(drawn)
      return
    }
    const source = sourceOf(state, name)
    if (scale === 1) copy(source, plane)
    else halve(source, plane, state)
  })
  return { data, channels: names.length, height, width }
}

function copy(source: Source, plane: Float32Array): void {
  if ('bytes' in source) {
    for (let at = 0; at < plane.length; at++) plane[at] = source.bytes[at]! * UNIT
    return
  }
  const { pixels, shift, unpainted } = source
  for (let at = 0; at < plane.length; at++) {
    const pixel = pixels[at]!
    plane[at] = pixel === 0 ? unpainted : ((pixel >>> shift) & 0xff) * UNIT
  }
}

/** The mean of each 2 x 2 pixels; of raster pixels, the mean of the painted ones. */
function halve(source: Source, plane: Float32Array, { width, height }: Size): void {
  for (let y = 0, to = 0; y < height; y += 2) {
    for (let at = y * width; at < (y + 1) * width; at += 2, to++) {
      if ('bytes' in source) {
        const { bytes } = source
        plane[to] = (bytes[at]! + bytes[at + 1]! + bytes[at + width]! + bytes[at + width + 1]!) / 1020
      } else {
        plane[to] = meanPainted(source, at, width)
      }
    }
  }
}

function meanPainted(
  { pixels, shift, unpainted }: Extract<Source, { pixels: Uint32Array }>,
  at: number,
  width: number,
): number {
  const a = pixels[at]!
  const b = pixels[at + 1]!
  const c = pixels[at + width]!
  const d = pixels[at + width + 1]!
  const painted = (a && 1) + (b && 1) + (c && 1) + (d && 1)
  if (painted === 0) return unpainted
  // An unpainted pixel is 0 in every byte.
  const sum =
    ((a >>> shift) & 0xff) + ((b >>> shift) & 0xff) + ((c >>> shift) & 0xff) + ((d >>> shift) & 0xff)
  return sum / (255 * painted)
}

/** A color layer of three channels brought to another size, bilinear. */
export function enlarged(from: Tensor, { width, height }: Size): Planes {
  if (from.width === width && from.height === height) return from.data.slice()
  const planes = new Float32Array(3 * width * height)
  const columns = positions(width, from.width)
  const lows = Int32Array.from(columns, ({ low }) => low)
  const highs = Int32Array.from(columns, ({ high }) => high)
  const shares = Float32Array.from(columns, ({ share }) => share)
  const rows = positions(height, from.height)
  for (let channel = 0, to = 0; channel < 3; channel++) {
    const start = channel * from.width * from.height
    for (const { low, high, share } of rows) {
      const upper = start + low * from.width
      const lower = start + high * from.width
      for (let x = 0; x < width; x++, to++) {
        const left = lows[x]!
        const right = highs[x]!
        const above =
          from.data[upper + left]! + (from.data[upper + right]! - from.data[upper + left]!) * shares[x]!
        const below =
          from.data[lower + left]! + (from.data[lower + right]! - from.data[lower + left]!) * shares[x]!
        planes[to] = above + (below - above) * share
      }
    }
  }
  return planes
}

/** A network's output (0..1) as RGB bytes, the padding cut off. */
export function rgbOf({ data, width, height }: Tensor, size: Size): RgbPicture {
  const rgb = new Uint8Array(3 * size.width * size.height)
  const plane = width * height
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      const at = y * width + x
      for (let channel = 0; channel < 3; channel++, to++) {
        const value = data[channel * plane + at]!
        // A NaN is not <= 1 either: it becomes white, never garbage.
        rgb[to] = value <= 1 ? Math.max(0, Math.round(255 * value)) : 255
      }
    }
  }
  return { ...size, rgb }
}
