/**
 * The region a fill paints: what can be reached from a point without crossing ink, with gaps in the lines closed.
 *
 * Gap closing grows the ink by half the gap, floods what is left and grows the flood back by as much, never over ink (a
 * trapped ball: Zhang et al., "Vectorizing Cartoon Animations", 2009, section 3).
 */
import type { Rect } from './raster.ts'
import type { Size } from './workSize.ts'

/** The ink a fill stops at: one byte a pixel, `stride` a row, 0 paper .. 255. */
export type FillPage = { ink: Uint8Array; stride: number; width: number; height: number }

/** `mask` holds 1 for each painted pixel of `rect`, row by row. */
export type Region = { rect: Rect; mask: Uint8Array }

/** From here on ink is a line: a fill stops, and a stroke's spill beyond it does not count (hintmap.ts). */
export const LINE_INK = 128

const nothing: Region = { rect: { left: 0, top: 0, right: 0, bottom: 0 }, mask: new Uint8Array(0) }

/** Where a fill of a page begins on a raster of `size`, and the gap it closes there; both given in 1/8 page pixels. */
export function fillPlace(
  page: Size,
  size: Size,
  { x, y, gap }: { x: number; y: number; gap: number },
): { x: number; y: number; gap: number } {
  // Rounded in sixteenths, as all that is painted (raster.ts).
  const place = (at: number, from: number, to: number) =>
    Math.floor(Math.floor((4 * at * to + from) / (2 * from)) / 16)
  return {
    x: place(x, page.width, size.width),
    y: place(y, page.height, size.height),
    gap: Math.floor((gap * size.width) / (8 * page.width)),
  }
}

/**
 * The region around (x, y), gaps up to `gap` pixels closed. A point on a line, or closer to one than the closed gap, falls
 * back to the plain flood around it; a point off the page gives an empty region.
 */
export function fillRegion(page: FillPage, x: number, y: number, gap: number): Region {
  const { width, height } = page
  if (x < 0 || y < 0 || x >= width || y >= height) return nothing
  const line = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      if (page.ink[row * page.stride + column]! >= LINE_INK) line[row * width + column] = 1
    }
  }
  const start = y * width + x
  const ball = Math.ceil(gap / 2)
  if (ball > 0) {
    const walls = grow(line, width, height, ball)
    if (!walls[start]) {
      const core = flood(walls, 0, width, height, start)
      const grown = grow(core, width, height, ball)
      for (let i = 0; i < grown.length; i++) if (line[i]) grown[i] = 0
      return crop(flood(grown, 1, width, height, start), width, height)
    }
  }
  // On a line: the line itself is the region, so that solid blacks can be hinted too.
  return crop(flood(line, line[start] ? 1 : 0, width, height, start), width, height)
}

/** The pixels whose `mask` equals `value`, reachable from `start`, 4-connected, as ones. */
function flood(mask: Uint8Array, value: 0 | 1, width: number, height: number, start: number): Uint8Array {
  const reached = new Uint8Array(width * height)
  const stack = new Int32Array(width * height)
  let count = 1
  stack[0] = start
  reached[start] = 1
  const lastRow = width * (height - 1)
  while (count > 0) {
    const at = stack[--count]!
    const column = at % width
    if (column > 0 && mask[at - 1] === value && !reached[at - 1]) reached[(stack[count++] = at - 1)] = 1
    if (column < width - 1 && mask[at + 1] === value && !reached[at + 1])
      reached[(stack[count++] = at + 1)] = 1
    if (at >= width && mask[at - width] === value && !reached[at - width]) {
      reached[(stack[count++] = at - width)] = 1
    }
    if (at < lastRow && mask[at + width] === value && !reached[at + width]) {
      reached[(stack[count++] = at + width)] = 1
    }
  }
  return reached
}

/** Grows the ones of `mask` by `radius` pixels in each axis (a square, so two passes of running sums). */
function grow(mask: Uint8Array, width: number, height: number, radius: number): Uint8Array {
  const wide = new Uint8Array(mask.length)
  for (let row = 0; row < height; row++) {
    growLine(mask, wide, row * width, 1, width, radius)
  }
  const grown = new Uint8Array(mask.length)
  for (let column = 0; column < width; column++) {
    growLine(wide, grown, column, width, height, radius)
  }
  return grown
}

function growLine(
  from: Uint8Array,
  to: Uint8Array,
  offset: number,
  step: number,
  count: number,
  radius: number,
) {
  let ones = 0
  for (let i = 0; i < Math.min(radius, count); i++) ones += from[offset + i * step]!
  for (let i = 0; i < count; i++) {
    if (i + radius < count) ones += from[offset + (i + radius) * step]!
    if (i - radius - 1 >= 0) ones -= from[offset + (i - radius - 1) * step]!
    to[offset + i * step] = ones > 0 ? 1 : 0
  }
}

function crop(mask: Uint8Array, width: number, height: number): Region {
  let left = width
  let right = 0
  let top = height
  let bottom = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!mask[y * width + x]) continue
      if (x < left) left = x
      if (x >= right) right = x + 1
      if (y < top) top = y
      bottom = y + 1
    }
  }
  const cropped = new Uint8Array((right - left) * (bottom - top))
  for (let y = top; y < bottom; y++) {
    cropped.set(mask.subarray(y * width + left, y * width + right), (y - top) * (right - left))
  }
  return { rect: { left, top, right, bottom }, mask: cropped }
}
