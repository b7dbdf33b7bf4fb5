/**
 * A network run in overlapping tiles: memory stays that of one tile, however large the picture, and only what is asked for is
 * computed. Where `margin` covers the network's receptive field (TILE_MARGIN for the refinement network) the tiles are the
 * whole-page result to rounding, so there are no seams: a tile keeps only what lies `margin` from its cut edges, and an edge of the
 * picture is the tile's own edge.
 */
import type { RgbPicture } from '../shared/picture.ts'
import type { Rect } from '../shared/raster.ts'
import type { Size } from '../shared/workSize.ts'
import type { Engine, Network, Tensor } from './engines/engine.ts'
import { byteOf } from './tensor.ts'

/** Tiles begin and end on multiples of this: networks halve so often, and an engine takes no other sides. */
const ALIGN = 32

/**
 * How far the refinement network sees, upwards of its 97 pixels: 2 x 2 pixels at half size, then 3 x 3 convolutions on grids of 2, 4, 8
 * and 16 pixels (models/training/networks.py; measured in tiles.test.ts).
 */
export const TILE_MARGIN = 96

/** What lies farther than this changes a pixel by less than 1/255 (measured in tiles.test.ts and refiner.test.ts). */
export const NEAR_MARGIN = 64

/** What a network is shown: `size` has sides of multiples of 32; `read` fills `data` with `channels` planes of the part `rect`. */
export type TileInput = { size: Size; channels: number; read(rect: Rect, data: Float32Array): void }

export type TileJob = {
  engine: Engine
  network: Network
  input: TileInput
  /** What is wanted; the whole picture when left out. */
  rect?: Rect
  /** Longest side of a tile with its margins, and the margin; multiples of 32. */
  side: number
  margin: number
  /** Takes a part of the wanted: `rect` of the picture, which begins at (`x`, `y`) of `output`. The buffer may be kept. */
  write(rect: Rect, output: Tensor, x: number, y: number): void
}

/** One axis of a tile: it spans `size` pixels from `start` and gives those from `from` up to `to`. */
type Span = { start: number; size: number; from: number; to: number }

/** Runs tile after tile, row by row; between two of them the caller may use the engine for anything else. */
export async function* runTiles({ engine, network, input, rect, side, margin, write }: TileJob) {
  const { size, channels } = input
  const wanted = rect ?? { left: 0, top: 0, right: size.width, bottom: size.height }
  const columns = spans(wanted.left, wanted.right, size.width, side, margin)
  const rows = spans(wanted.top, wanted.bottom, size.height, side, margin)
  const data = new Float32Array(channels * (columns[0]?.size ?? 0) * (rows[0]?.size ?? 0))
  for (const row of rows) {
    for (const column of columns) {
      const right = column.start + column.size
      const bottom = row.start + row.size
      input.read({ left: column.start, top: row.start, right, bottom }, data)
      const output = await engine.run(network, { data, channels, height: row.size, width: column.size })
      const part = { left: column.from, top: row.from, right: column.to, bottom: row.to }
      write(part, output, column.from - column.start, row.from - row.start)
      yield part
    }
  }
}

/** Tiles of one size along an axis of `length` that together give `from` up to `to`. */
function spans(from: number, to: number, length: number, side: number, margin: number): Span[] {
  if (from >= to) return []
  const first = Math.max(0, Math.floor((from - margin) / ALIGN) * ALIGN)
  const end = Math.min(length, Math.ceil((to + margin) / ALIGN) * ALIGN)
  const size = Math.min(side, end - first)
  const all: Span[] = []
  for (let start = first, given = from; given < to; start = Math.min(start + side - 2 * margin, end - size)) {
    const isLast = start + size === end
    const last = isLast ? to : Math.min(to, start + size - margin)
    all.push({ start, size, from: given, to: last })
    given = last
  }
  return all
}

/** A whole tensor as the input of tiles. */
export function tensorInput({ data: from, channels, width, height }: Tensor): TileInput {
  return {
    size: { width, height },
    channels,
    read({ left, top, right, bottom }, data) {
      for (let channel = 0, to = 0; channel < channels; channel++) {
        for (let y = top; y < bottom; y++, to += right - left) {
          const row = (channel * height + y) * width
          data.set(from.subarray(row + left, row + right), to)
        }
      }
    },
  }
}

/** Puts tiles into their places of a whole tensor. */
export function writeInto({ data: to, channels, width, height }: Tensor): TileJob['write'] {
  return ({ left, top, right, bottom }, output, x, y) => {
    for (let channel = 0; channel < channels; channel++) {
      for (let row = top; row < bottom; row++) {
        const from = (channel * output.height + y + row - top) * output.width + x
        to.set(output.data.subarray(from, from + right - left), (channel * height + row) * width + left)
      }
    }
  }
}

/** The same for the three colors of a picture. */
export function paintInto({ rgb, width }: RgbPicture): TileJob['write'] {
  return ({ left, top, right, bottom }, output, x, y) => {
    const { data } = output
    const pixels = output.width * output.height
    for (let row = top; row < bottom; row++) {
      const start = (y + row - top) * output.width + x - left
      let to = 3 * (row * width + left)
      for (let at = start + left, end = start + right; at < end; at++, to += 3) {
        rgb[to] = byteOf(data[at]!)
        rgb[to + 1] = byteOf(data[pixels + at]!)
        rgb[to + 2] = byteOf(data[2 * pixels + at]!)
      }
    }
  }
}
