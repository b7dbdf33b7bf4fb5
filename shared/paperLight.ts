/**
 * How a blank sheet would look at every place of a picture of a drawing: its light and color without the lines. Lines are darker than
 * the paper and narrow, shadows are darker and wide: a morphological closing of the brightness takes out what is narrow and leaves the
 * edge of a shadow where it is (as the black top-hat of Serra 1982, and the usual way to clean photographed documents; a survey: Bako
 * et al. 2016, "Removing shadows from images of documents"). Solid ink is wide too, but darker than a shadow makes paper: there the light
 * of the paper around it is taken.
 */
import { aroundSheet } from './aroundSheet.ts'
import type { RgbPicture } from './picture.ts'

/** Red, green and blue of blank paper in cells of `cell` x `cell` pixels; `around`: 1 where a desk is seen, not the sheet. */
export type PaperLight = {
  cell: number
  columns: number
  rows: number
  rgb: Uint8Array
  around: Uint8Array | undefined
}

/** Long side in cells, at most. */
const CELLS = 1024
/** What is narrower than this share of the long side is a line; beside fills of color, which may be narrow too, less is. */
const LINE = 1 / 32
const LINE_BESIDE_COLOR = 1 / 90
/** Cells by which darkness reaches into the light: light is only known cell by cell, and the edge of a shadow would else be a line. */
const EDGE = 2
/** Solid ink is narrower than this share of the long side. */
const SOLID = 1 / 4
/** Solid ink reflects less of the light around it than any shadow leaves, in percent. */
const SOLID_PERCENT = 34

/** `isColored`: the picture has fills of color, each of which is paper to the lines on it. */
export function paperLight({ width, height, rgb }: RgbPicture, isColored = false): PaperLight {
  const cell = Math.max(1, Math.ceil(Math.max(width, height) / CELLS))
  const columns = Math.ceil(width / cell)
  const rows = Math.ceil(height / cell)
  const planes = brightestHalves(rgb, width, height, cell).map((plane) => blurred(plane, columns, rows, 1))
  const long = Math.max(columns, rows)
  const narrow = Math.max(2, Math.round((long * (isColored ? LINE_BESIDE_COLOR : LINE)) / 2))
  const wide = Math.max(2, Math.round((long * SOLID) / 2))
  const closed = planes.map((plane) => closing(plane, columns, rows, narrow))
  const thin = Math.max(2, Math.round((long * LINE_BESIDE_COLOR) / 2))
  const around = isColored
    ? undefined
    : aroundSheet(
        planes.map((plane) => closing(plane, columns, rows, thin)),
        { width: columns, height: rows },
      )
  const brightness = (of: readonly Uint8Array[], at: number) => of[0]![at]! + 2 * of[1]![at]! + of[2]![at]!
  let brightest = 0
  for (let at = 0; at < columns * rows; at++) brightest = Math.max(brightest, brightness(closed, at))
  const isSolid = (at: number, light: number) => 100 * brightness(closed, at) < SOLID_PERCENT * light
  let hasSolid = false
  for (let at = 0; at < columns * rows && !hasSolid; at++) hasSolid = isSolid(at, brightest)
  const wider = hasSolid ? closed.map((plane) => closing(plane, columns, rows, wide)) : closed
  const light = new Uint8Array(3 * columns * rows)
  for (let at = 0; at < columns * rows; at++) {
    const from = hasSolid && isSolid(at, brightness(wider, at)) ? wider : closed
    for (let channel = 0; channel < 3; channel++) light[3 * at + channel] = from[channel]![at]!
  }
  return { cell, columns, rows, rgb: light, around }
}

/** Per cell the mean of the pixels that are at least as bright as the cell's mean: between dense lines that is still paper. */
function brightestHalves(rgb: Uint8Array, width: number, height: number, cell: number): Uint8Array[] {
  const columns = Math.ceil(width / cell)
  const rows = Math.ceil(height / cell)
  const planes = [0, 1, 2].map(() => new Uint8Array(columns * rows))
  const [reds, greens, blues] = planes as [Uint8Array, Uint8Array, Uint8Array]
  for (let row = 0, to = 0; row < rows; row++) {
    const bottom = Math.min(height, (row + 1) * cell)
    for (let column = 0; column < columns; column++, to++) {
      const right = Math.min(width, (column + 1) * cell)
      let sum = 0
      for (let y = row * cell; y < bottom; y++) {
        for (let x = column * cell, at = 3 * (y * width + x); x < right; x++, at += 3) {
          sum += rgb[at]! + 2 * rgb[at + 1]! + rgb[at + 2]!
        }
      }
      const mean = Math.floor(sum / ((bottom - row * cell) * (right - column * cell)))
      let red = 0
      let green = 0
      let blue = 0
      let count = 0
      for (let y = row * cell; y < bottom; y++) {
        for (let x = column * cell, at = 3 * (y * width + x); x < right; x++, at += 3) {
          if (rgb[at]! + 2 * rgb[at + 1]! + rgb[at + 2]! < mean) continue
          red += rgb[at]!
          green += rgb[at + 1]!
          blue += rgb[at + 2]!
          count++
        }
      }
      reds[to] = Math.round(red / count)
      greens[to] = Math.round(green / count)
      blues[to] = Math.round(blue / count)
    }
  }
  return planes
}

/**
 * Dark things narrower than 2 `radius` + 1 become what is around them; all else keeps its edge, `EDGE` cells into the light. A square window;
 * beyond the picture its borders go on, or the corner of a shadow that is cut off there would count as narrow.
 */
function closing(plane: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const size = { width: width + 2 * radius, height: height + 2 * radius }
  const dilated = dilation(continued(plane, width, height, radius), size.width, size.height, radius)
  invert(dilated)
  const eroded = dilation(dilated, size.width, size.height, radius + EDGE)
  invert(eroded)
  const out = new Uint8Array(plane.length)
  for (let y = 0; y < height; y++) {
    const from = (y + radius) * size.width + radius
    out.set(eroded.subarray(from, from + width), y * width)
  }
  return out
}

/** With its outermost cells repeated `margin` cells outwards. */
function continued(plane: Uint8Array, width: number, height: number, margin: number): Uint8Array {
  const stride = width + 2 * margin
  const out = new Uint8Array(stride * (height + 2 * margin))
  for (let row = 0; row < height + 2 * margin; row++) {
    const from = Math.min(height - 1, Math.max(0, row - margin)) * width
    const to = row * stride
    out.fill(plane[from]!, to, to + margin)
    out.set(plane.subarray(from, from + width), to + margin)
    out.fill(plane[from + width - 1]!, to + margin + width, to + stride)
  }
  return out
}

function invert(values: Uint8Array): void {
  for (let at = 0; at < values.length; at++) values[at] = 255 - values[at]!
}

function dilation(plane: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const across = transposedDilation(plane, width, height, radius)
  return transposedDilation(across, height, width, radius)
}

/**
 * The running maximum of every row, as a column: by two sweeps over blocks (van Herk 1992, Gil and Werman 1993), the same work for every
 * radius. Ends are cut off.
 */
function transposedDilation(plane: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const size = 2 * radius + 1
  const padded = Math.ceil((width + 2 * radius) / size) * size
  const line = new Uint8Array(padded)
  const forward = new Uint8Array(padded)
  const backward = new Uint8Array(padded)
  const out = new Uint8Array(plane.length)
  for (let y = 0; y < height; y++) {
    line.set(plane.subarray(y * width, (y + 1) * width), radius)
    for (let block = 0; block < padded; block += size) {
      let most = 0
      for (let i = block; i < block + size; i++) forward[i] = most = line[i]! > most ? line[i]! : most
      most = 0
      for (let i = block + size - 1; i >= block; i--) backward[i] = most = line[i]! > most ? line[i]! : most
    }
    for (let x = 0, to = y; x < width; x++, to += height) {
      const before = backward[x]!
      const after = forward[x + size - 1]!
      out[to] = before > after ? before : after
    }
  }
  return out
}

/** Means of (2 `radius` + 1) squared, ends repeated. */
function blurred(plane: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const size = 2 * radius + 1
  const rows = new Uint16Array(plane.length)
  const out = new Uint8Array(plane.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let i = -radius; i <= radius; i++)
        sum += plane[y * width + Math.min(width - 1, Math.max(0, x + i))]!
      rows[y * width + x] = sum
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let i = -radius; i <= radius; i++)
        sum += rows[Math.min(height - 1, Math.max(0, y + i)) * width + x]!
      out[y * width + x] = Math.round(sum / (size * size))
    }
  }
  return out
}
