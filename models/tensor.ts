/**
 * What the networks see and say, as numbers. Inputs are made channel by channel in the order the manifest names, from ink,
 * hints and hint map at the working size; a network of `scale` 0.5 sees 2 x 2 pixels averaged into one. The training code
 * makes the same (models/training).
 */
import type { HintMap } from '../shared/hintmap.ts'
import type { Size } from '../shared/workSize.ts'
import type { RgbPicture } from '../shared/picture.ts'
import type { Tensor } from './engines/engine.ts'
import type { Planes } from './segmentColors.ts'

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

/** Writes three planes: red, green, blue. */
export type Painter = (planes: Planes) => void

/** What the draft network said, at the working size: its color layer, and that layer as one color a segment. */
export type DraftPainters = Record<'draft' | 'flats', Painter>

/** No hint here: a value no color has, so that white, black and grey can be hinted (PaintsChainer's idea). */
const UNPAINTED = -1
const UNIT = 1 / 255

/** Raster pixels whose three colors are channels one after the other, with a value for unpainted ones. */
type ColorSource = { pixels: Uint32Array; unpainted: number }

function colorsOf(state: PageState, layer: string): ColorSource | undefined {
  if (layer === 'hint') return { pixels: state.hints, unpainted: UNPAINTED }
  return layer === 'map' ? { pixels: state.map.color, unpainted: 0 } : undefined
}

/** The layer of which `names` are red, green and blue, in this order. */
const layerOf = (names: readonly string[]): string | undefined =>
  /^(\w+)\.r \1\.g \1\.b$/.exec(names.join(' '))?.[1]

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

/**
 * The input of a network. `names` and `scale` (1 or 0.5) as the manifest tells; `draft` for a network that sees the draft (at
 * scale 1); `data` to be filled, if there is one. @throws Error on a channel name this version cannot make; the colors of
 * hints, map, draft and flats come as r, g, b one after the other.
 */
export function inputTensor(
  state: PageState,
  names: readonly string[],
  scale: number,
  draft?: DraftPainters,
  data: Float32Array = new Float32Array(names.length * state.width * state.height * scale * scale),
): Tensor {
  const width = state.width * scale
  const height = state.height * scale
  const pixels = width * height
  for (let index = 0; index < names.length;) {
    const layer = layerOf(names.slice(index, index + 3))
    const count = layer ? 3 : 1
    const planes = data.subarray(index * pixels, (index + count) * pixels)
    if (layer) paintLayer(state, layer, scale, draft, planes)
    else paintBytes(state, names[index]!, scale, planes)
    index += count
  }
  return { data, channels: names.length, height, width }
}

function paintLayer(
  state: PageState,
  layer: string,
  scale: number,
  draft: DraftPainters | undefined,
  planes: Planes,
): void {
  const colors = colorsOf(state, layer)
  if (colors && scale === 1) copyColors(colors, planes)
  else if (colors) halveColors(colors, planes, state)
  else if (layer !== 'draft' && layer !== 'flats')
    throw new Error(`this version of Nurie knows no colors of ${layer}`)
  else if (!draft) throw new Error(`the colors of ${layer} need a draft`)
  else draft[layer](planes)
}

/** Planes of what stays as it is on a page (of one byte array each), by scale; kept as long as the page is. */
const stillPlanes = new WeakMap<Uint8Array, Map<number, Float32Array>>()

function paintBytes(state: PageState, name: string, scale: number, plane: Float32Array): void {
  const bytes = bytesOf(state, name)
  const isStill = !name.startsWith('map.')
  const known = isStill ? stillPlanes.get(bytes)?.get(scale) : undefined
  if (known) return plane.set(known)
  if (scale === 1) copyBytes(bytes, plane)
  else halveBytes(bytes, plane, state)
  if (!isStill) return
  const planes = stillPlanes.get(bytes) ?? new Map<number, Float32Array>()
  stillPlanes.set(bytes, planes.set(scale, plane.slice()))
}

function copyBytes(bytes: Uint8Array, plane: Float32Array): void {
  for (let at = 0; at < plane.length; at++) plane[at] = bytes[at]! * UNIT
}

function copyColors({ pixels, unpainted }: ColorSource, planes: Planes): void {
  const green = pixels.length
  const blue = 2 * green
  for (let at = 0; at < green;) {
    // Neighbours mostly are of one color.
    const pixel = pixels[at]!
    const red = pixel === 0 ? unpainted : (pixel & 0xff) * UNIT
    const middle = pixel === 0 ? unpainted : ((pixel >>> 8) & 0xff) * UNIT
    const last = pixel === 0 ? unpainted : ((pixel >>> 16) & 0xff) * UNIT
    do {
      planes[at] = red
      planes[green + at] = middle
      planes[blue + at] = last
    } while (++at < green && pixels[at] === pixel)
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
