/**
 * The region a fill paints: what can be reached from a point without crossing ink, with gaps in the lines closed.
 *
 * Gap closing grows the ink by half the gap, floods what is left and grows the flood back by as much, never over ink (a
 * trapped ball: Zhang et al., "Vectorizing Cartoon Animations", 2009, section 3).
 *
 * `Fills` finds the regions of one page again and again: whoever fills a region a second time, at another of its pixels, is given
 * the same one, and finding one costs what it covers, not what the page does.
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
/** Widths of gaps of which regions are remembered: whatever a room's fills ask for, they take a bounded memory. */
const MOST_GAPS = 4

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

/** What is flooded for one width of gap: 1 where a flood stops, and whose region each pixel is known to be, from 1. */
type Ground = { walls: Uint8Array; labels: Int32Array; regions: Region[] }
type Box = Size & { left: number; top: number }

export class Fills {
  readonly #page: FillPage
  /** 1 where a line is. */
  #line: Uint8Array | undefined
  /** By the radius of the ball, those asked for last at the end. */
  readonly #grounds = new Map<number, Ground>()
  #stack = new Int32Array(0)

  /** The page's ink is kept, not copied. */
  constructor(page: FillPage) {
    this.#page = page
  }

  /**
   * The region around (x, y), gaps up to `gap` pixels closed; not to be changed. A point on a line, or closer to one than the closed
   * gap, falls back to the plain flood around it; a point off the page gives an empty region.
   */
  region(x: number, y: number, gap: number): Region {
    const { width, height } = this.#page
    if (x < 0 || y < 0 || x >= width || y >= height) return nothing
    const start = y * width + x
    const ball = Math.ceil(gap / 2)
    if (ball > 0) {
      const ground = this.#ground(ball)
      if (!ground.walls[start]) return this.#known(ground, start, ball)
    }
    // On a line: the line itself is the region, so that solid blacks can be hinted too.
    return this.#known(this.#ground(0), start, 0)
  }

  #known(ground: Ground, start: number, ball: number): Region {
    const known = ground.regions[ground.labels[start]! - 1]
    if (known) return known
    const { width } = this.#page
    const label = ground.regions.length + 1
    const core = this.#flood(ground.walls, ground.labels, this.#page, start, label)
    const region = cut(ground.labels, label, core, width)
    const found = ball > 0 ? this.#grownBack(region, start, ball) : region
    ground.regions.push(found)
    return found
  }

  /** A flood between grown walls, as far as it reaches where they are not grown. */
  #grownBack({ rect, mask }: Region, start: number, ball: number): Region {
    const { width, height } = this.#page
    const left = Math.max(0, rect.left - ball)
    const top = Math.max(0, rect.top - ball)
    const box = {
      left,
      top,
      width: Math.min(width, rect.right + ball) - left,
      height: Math.min(height, rect.bottom + ball) - top,
    }
    const core = new Uint8Array(box.width * box.height)
    const columns = rect.right - rect.left
    for (let y = rect.top; y < rect.bottom; y++) {
      const from = (y - rect.top) * columns
      core.set(mask.subarray(from, from + columns), (y - top) * box.width + rect.left - left)
    }
    const grown = grow(core, box.width, box.height, ball)
    const line = this.#lines()
    // Ones stop a flood.
    for (let y = 0, at = 0; y < box.height; y++) {
      for (let from = (y + top) * width + left, x = 0; x < box.width; x++, at++, from++)
        grown[at] = grown[at] && !line[from] ? 0 : 1
    }
    const labels = new Int32Array(grown.length)
    const begin = (Math.floor(start / width) - top) * box.width + (start % width) - left
    const inner = cut(labels, 1, this.#flood(grown, labels, box, begin, 1), box.width)
    return { mask: inner.mask, rect: moved(inner.rect, box) }
  }

  #ground(ball: number): Ground {
    const ground = this.#grounds.get(ball) ?? this.#newGround(ball)
    this.#grounds.delete(ball)
    this.#grounds.set(ball, ground)
    for (const [oldest] of this.#grounds) {
      if (this.#grounds.size <= MOST_GAPS) break
      this.#grounds.delete(oldest)
    }
    return ground
  }

  #newGround(ball: number): Ground {
    const { width, height } = this.#page
    const line = this.#lines()
    const walls = ball > 0 ? grow(line, width, height, ball) : line
    return { walls, labels: new Int32Array(width * height), regions: [] }
  }

  #lines(): Uint8Array {
    if (this.#line) return this.#line
    const { ink, stride, width, height } = this.#page
    const line = new Uint8Array(width * height)
    for (let y = 0, to = 0; y < height; y++) {
      for (let at = y * stride; at < y * stride + width; at++, to++) if (ink[at]! >= LINE_INK) line[to] = 1
    }
    return (this.#line = line)
  }

  /** Labels the pixels that are like `start` and can be reached from it, 4-connected; none of them has a label. Gives their bounds. */
  #flood(walls: Uint8Array, labels: Int32Array, { width, height }: Size, start: number, label: number): Rect {
    if (this.#stack.length < width * height) this.#stack = new Int32Array(width * height)
    const stack = this.#stack
    const value = walls[start]
    let count = 1
    stack[0] = start
    labels[start] = label
    const lastRow = width * (height - 1)
    let [left, right, top, bottom] = [width, 0, height, 0]
    while (count > 0) {
      const at = stack[--count]!
      const row = Math.floor(at / width)
      const column = at - row * width
      if (column < left) left = column
      if (column >= right) right = column + 1
      if (row < top) top = row
      if (row >= bottom) bottom = row + 1
      for (let side = 0; side < 4; side++) {
        let next: number
        if (side === 0) next = column > 0 ? at - 1 : at
        else if (side === 1) next = column < width - 1 ? at + 1 : at
        else if (side === 2) next = at >= width ? at - width : at
        else next = at < lastRow ? at + width : at
        if (walls[next] !== value || labels[next] === label) continue
        labels[next] = label
        stack[count++] = next
      }
    }
    return { left, top, right, bottom }
  }
}

/** One region of a page that is filled once. */
export const fillRegion = (page: FillPage, x: number, y: number, gap: number): Region =>
  new Fills(page).region(x, y, gap)

/** What has a label within `rect`. */
function cut(labels: Int32Array, label: number, rect: Rect, stride: number): Region {
  const width = rect.right - rect.left
  const mask = new Uint8Array(width * (rect.bottom - rect.top))
  for (let y = rect.top, to = 0; y < rect.bottom; y++) {
    for (let at = y * stride + rect.left; at < y * stride + rect.right; at++, to++)
      if (labels[at] === label) mask[to] = 1
  }
  return { rect, mask }
}

const moved = ({ left, top, right, bottom }: Rect, by: Box): Rect => ({
  left: left + by.left,
  top: top + by.top,
  right: right + by.left,
  bottom: bottom + by.top,
})

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
