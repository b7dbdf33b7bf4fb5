/**
 * What the networks see and say, as numbers. Inputs are made channel by channel in the order the manifest names, from ink,
 * hints and hint map at the working size; a network of `scale` 0.5 sees 2 x 2 pixels averaged into one. The training code
 * makes the same (models/training).
 */
import type { HintMap } from '../shared/hintmap.ts'
import type { Size, WorkSize } from '../shared/workSize.ts'
import type { RgbPicture } from '../shared/picture.ts'
import type { Tensor } from './engine.ts'
import type { Planes } from './segmentMeans.ts'

/**
 * What a page looks like at its padded working size; see shared/ink.ts, raster.ts, hintmap.ts for the bytes. `border` and `room`:
 * what shared/regions.ts says of each pixel's region; `open`: of each pixel, 0 .. 255 instead of its 0 .. 16.
 */
export type PageState = Size & {
  ink: Uint8Array
  border: Uint8Array
  room: Uint8Array
  open: Uint8Array
  hints: Uint32Array
  map: HintMap
}

/** What the draft network said, at the working size: its color layer, and that layer as one color a segment. */
export type DraftLayers = { draft: Planes; flats: Planes }

/** No hint here: a value no color has, so that white, black and grey can be hinted (PaintsChainer's idea). */
const UNPAINTED = -1
const UNIT = 1 / 255

/** Raster pixels whose three colors are channels one after the other, with a value for unpainted ones. */
type ColorSource = { pixels: Uint32Array; unpainted: number }

function colorsOf(state: PageState, names: readonly string[]): ColorSource | undefined {
  switch (names.join(' ')) {
    case 'hint.r hint.g hint.b':
      return { pixels: state.hints, unpainted: UNPAINTED }
    case 'map.r map.g map.b':
      return { pixels: state.map.color, unpainted: 0 }
    default:
      return undefined
  }
}

function bytesOf(state: PageState, name: string): Uint8Array {
  switch (name) {
    case 'ink':
      return state.ink
    case 'page.border':
      return state.border
    case 'page.room':
      return state.room
    case 'page.open':
      return state.open
    case 'map.reach':
      return state.map.reach
    case 'map.near':
      return state.map.near
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
 * scale 1); `data` to be filled, if there is one. @throws Error on a channel name this version cannot make; the
 * colors of hints and map come as r, g, b one after the other.
 */
export function inputTensor(
  state: PageState,
  names: readonly string[],
  scale: number,
  layers?: DraftLayers,
  data: Float32Array = new Float32Array(names.length * state.width * state.height * scale * scale),
): Tensor {
  const width = state.width * scale
  const height = state.height * scale
  const pixels = width * height
  for (let index = 0; index < names.length;) {
    const colors = colorsOf(state, names.slice(index, index + 3))
    const count = colors ? 3 : 1
    const planes = data.subarray(index * pixels, (index + count) * pixels)
    const drawn = planeOf(layers, names[index]!, pixels)
    if (drawn) planes.set(drawn)
    else if (colors && scale === 1) copyColors(colors, planes)
    else if (colors) halveColors(colors, planes, state)
    else if (scale === 1) copyBytes(bytesOf(state, names[index]!), planes)
    else halveBytes(bytesOf(state, names[index]!), planes, state)
    index += count
  }
  return { data, channels: names.length, height, width }
}

function copyBytes(bytes: Uint8Array, plane: Float32Array): void {
  for (let at = 0; at < plane.length; at++) plane[at] = bytes[at]! * UNIT
}

function copyColors({ pixels, unpainted }: ColorSource, planes: Planes): void {
  const green = pixels.length
  const blue = 2 * green
  for (let at = 0; at < green; at++) {
    const pixel = pixels[at]!
    const isPainted = pixel !== 0
    planes[at] = isPainted ? (pixel & 0xff) * UNIT : unpainted
    planes[green + at] = isPainted ? ((pixel >>> 8) & 0xff) * UNIT : unpainted
    planes[blue + at] = isPainted ? ((pixel >>> 16) & 0xff) * UNIT : unpainted
  }
}

/** The mean of each 2 x 2 pixels. */
function halveBytes(bytes: Uint8Array, plane: Float32Array, { width, height }: Size): void {
  for (let y = 0, to = 0; y < height; y += 2) {
    for (let at = y * width, below = at + width, end = below; at < end; at += 2, below += 2, to++) {
      plane[to] = (bytes[at]! + bytes[at + 1]! + bytes[below]! + bytes[below + 1]!) / 1020
    }
  }
}

/** The mean of the painted ones of each 2 x 2 pixels; mostly all four are the same. */
function halveColors({ pixels, unpainted }: ColorSource, planes: Planes, { width, height }: Size): void {
  const green = (width * height) / 4
  const blue = 2 * green
  for (let y = 0, to = 0; y < height; y += 2) {
    for (let at = y * width, below = at + width, end = below; at < end; at += 2, below += 2, to++) {
      const a = pixels[at]!
      const b = pixels[at + 1]!
      const c = pixels[below]!
      const d = pixels[below + 1]!
      if (a === b && a === c && a === d) {
        planes[to] = a === 0 ? unpainted : (a & 0xff) / 255
        planes[green + to] = a === 0 ? unpainted : ((a >>> 8) & 0xff) / 255
        planes[blue + to] = a === 0 ? unpainted : ((a >>> 16) & 0xff) / 255
      } else {
        planes[to] = meanPainted(a, b, c, d, 0)
        planes[green + to] = meanPainted(a, b, c, d, 8)
        planes[blue + to] = meanPainted(a, b, c, d, 16)
      }
    }
  }
}

/** The mean of one color of four pixels, at least one of them painted. An unpainted pixel is 0 in every byte. */
function meanPainted(a: number, b: number, c: number, d: number, shift: number): number {
  const painted = (a && 1) + (b && 1) + (c && 1) + (d && 1)
  const sum =
    ((a >>> shift) & 0xff) + ((b >>> shift) & 0xff) + ((c >>> shift) & 0xff) + ((d >>> shift) & 0xff)
  return sum / (255 * painted)
}

/** A picture of the page as numbers 0..1, the padding like its nearest pixels. Written into `planes`. */
export function planesOf(
  { width, height, rgb }: RgbPicture,
  { paddedWidth: stride, paddedHeight: rows }: WorkSize,
  planes: Planes = new Float32Array(3 * stride * rows),
): Planes {
  const pixels = stride * rows
  const blues = 2 * pixels
  for (let y = 0, from = 0; y < height; y++) {
    const row = y * stride
    for (let at = row, end = row + width; at < end; at++, from += 3) {
      planes[at] = rgb[from]! * UNIT
      planes[pixels + at] = rgb[from + 1]! * UNIT
      planes[blues + at] = rgb[from + 2]! * UNIT
    }
  }
  for (let plane = 0; plane < 3 * pixels; plane += pixels) {
    for (let row = plane; width < stride && row < plane + height * stride; row += stride)
      planes.fill(planes[row + width - 1]!, row + width, row + stride)
    const last = plane + (height - 1) * stride
    for (let row = last + stride; row < plane + pixels; row += stride)
      planes.copyWithin(row, last, last + stride)
  }
  return planes
}

/** A network's output (0..1) as RGB bytes, the padding cut off. */
export function rgbOf({ data, width, height }: Tensor, size: Size): RgbPicture {
  const rgb = new Uint8Array(3 * size.width * size.height)
  const green = width * height
  const blue = 2 * green
  for (let y = 0, to = 0; y < size.height; y++) {
    for (let at = y * width, end = at + size.width; at < end; at++, to += 3) {
      rgb[to] = byteOf(data[at]!)
      rgb[to + 1] = byteOf(data[green + at]!)
      rgb[to + 2] = byteOf(data[blue + at]!)
    }
  }
  return { ...size, rgb }
}

/** 0..1 as a byte, rounded (exactly: 255 times such a number has bits to spare). A NaN is not <= 1 either: it becomes white, never garbage. */
export function byteOf(value: number): number {
  if (!(value <= 1)) return 255
  return value > 0 ? (255 * value + 0.5) | 0 : 0
}
