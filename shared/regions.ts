/**
 * The regions of a drawing: what a person would call one area between lines, small gaps in the lines closed. They depend on
 * the ink alone, so they are found once a page. Integer arithmetic throughout: the same bytes in a browser, in Node and in
 * the training code.
 *
 * One flood of a landscape (a watershed; Beucher & Lantuejoul 1979) whose valleys are the middles of white areas: paper lies
 * the lower, the farther it is from ink; ink lies above all paper. Two areas that meet stay apart when their pass is narrow
 * against both (a gap in a line; compare the trapped ball of Zhang et al., "Vectorizing Cartoon Animations", 2009), else
 * they are one. Toned areas, where there is no paper, meet in the same way by how much darker their pass is.
 *
 * Of the paper around a drawing, the pockets that the drawing nearly encloses are regions of their own (pockets.ts).
 */
import { blurInk } from './blurInk.ts'
import { opennessOf } from './openness.ts'
import { repeatEdges } from './padding.ts'
import { cutPockets } from './pockets.ts'
import { rootOf } from './rootOf.ts'
import type { WorkSize } from './workSize.ts'

/** Distances to ink are in thirds of a pixel (3-4 chamfer). */
const STRAIGHT = 3
const DIAGONAL = 4
const FARTHEST = 255

/** A pass wider than 2 x 3 pixels is no gap. */
const WIDEST_GAP = 3 * STRAIGHT
/** A pass is narrow when under 1 / 3 of the way from the middle of the smaller area to its ink. */
const NARROW = 1
const OF = 3
/** Toned areas are one when the pass between them is less than this much darker than the darker of them. */
const TONE_STEP = 24

/** A region that holds this share (of 255, where 255 is half of it) of the page's border is the paper around a drawing. */
export const PAPER_BORDER = 100

/** Regions of one page at its padded working size. */
export type Regions = {
  /** Each pixel's region, 0 .. `count` - 1; lines belong to the region they border, padding to its nearest pixel's. */
  readonly ids: Int32Array
  readonly count: number
  /** Pixels of each region, padding not counted. */
  readonly areas: Int32Array
  /** How many pixels of each region lie on the page's border; a pocket has those of the paper it was cut from. */
  readonly borders: Int32Array
  /** One byte a region: 1 for the open paper around a drawing, which is white as long as nobody hints it. */
  readonly isPaper: Uint8Array
  /** The paper that a pocket was cut from (pockets.ts); -1 for a region that is no pocket. */
  readonly paperOf: Int32Array
  /** How open each pixel lies, 0 .. 16 (openness.ts). */
  readonly openness: Uint8Array
}

/** Finds the regions. `ink`: one byte a pixel of the padded size, 0 paper .. 255. */
export function regionsOf(ink: Uint8Array, work: WorkSize): Regions {
  const elevation = blurInk(ink, work.paddedWidth, work.paddedHeight)
  const levels = levelsOf(elevation, work)
  const { ids, areas, borders } = named(flood(levels, byLevel(levels, work), work), work)
  const openness = opennessOf(elevation, work)
  const shares = borderShares({ borders }, work)
  const isPaper = areas.map((_, id) => (shares[id]! >= PAPER_BORDER ? 1 : 0))
  const paperOf = areas.map(() => -1)
  const isAround = (id: number) => isPaper[id] === 1
  for (const { paper, pixels } of cutPockets(
    { ids, open: openness, elevation, work },
    isAround,
    areas.length,
  )) {
    areas[paper]! -= pixels
    areas.push(pixels)
    borders.push(borders[paper]!)
    isPaper.push(0)
    paperOf.push(paper)
  }
  repeatEdges(ids, work)
  repeatEdges(openness, work)
  return {
    ids,
    count: areas.length,
    areas: Int32Array.from(areas),
    borders: Int32Array.from(borders),
    isPaper: Uint8Array.from(isPaper),
    paperOf: Int32Array.from(paperOf),
    openness,
  }
}

/** Gives the areas of a flood numbers from 0 in reading order, and counts their pixels. */
function named(
  { labels, parents }: ReturnType<typeof flood>,
  { width, height, paddedWidth: stride }: WorkSize,
) {
  const ids = new Int32Array(labels.length)
  const names = new Int32Array(parents.length).fill(-1)
  const areas: number[] = []
  const borders: number[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const root = rootOf(parents, labels[y * stride + x]!)
      let id = names[root]!
      if (id < 0) {
        id = names[root] = areas.length
        areas.push(0)
        borders.push(0)
      }
      ids[y * stride + x] = id
      areas[id]!++
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) borders[id]!++
    }
  }
  return { ids, areas, borders }
}

/**
 * How much of the page's border a region holds, 0 .. 255 = half of it or more: paper around a figure, mostly. One byte a
 * region.
 */
export function borderShares(
  { borders }: { borders: ArrayLike<number> },
  { width, height }: WorkSize,
): Uint8Array {
  const around = 2 * (width + height) - 4
  return Uint8Array.from(borders, (border) => Math.min(255, Math.floor((510 * border) / around)))
}

/** The side of a square of a region's area against the page's, 0 .. 255. One byte a region. */
export function roominess({ areas }: Regions, { width, height }: WorkSize): Uint8Array {
  return Uint8Array.from(areas, (area) => Math.floor(255 * Math.sqrt(area / (width * height))))
}

/** The landscape: 0 .. 252 paper, the farther from ink the lower; 256 .. 511 ink by its darkness. */
function levelsOf(elevation: Uint8Array, { width, height, paddedWidth: stride }: WorkSize): Uint16Array {
  const levels = new Uint16Array(elevation.length)
  const distances = levels
  // Beyond the page nothing is near: only ink is.
  const near = (x: number, at: number, far: number) => (x < 0 || x >= width ? far : distances[at]!)
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * stride; x < width; x++, at++) {
      if (elevation[at]! > 0) continue
      let best = Math.min(FARTHEST, near(x - 1, at - 1, FARTHEST) + STRAIGHT)
      if (y > 0) {
        best = Math.min(best, distances[at - stride]! + STRAIGHT)
        best = Math.min(best, near(x - 1, at - stride - 1, FARTHEST) + DIAGONAL)
        best = Math.min(best, near(x + 1, at - stride + 1, FARTHEST) + DIAGONAL)
      }
      distances[at] = best
    }
  }
  for (let y = height - 1; y >= 0; y--) {
    for (let x = width - 1, at = y * stride + x; x >= 0; x--, at--) {
      let best = distances[at]!
      if (best === 0) continue
      best = Math.min(best, near(x + 1, at + 1, FARTHEST) + STRAIGHT)
      if (y < height - 1) {
        best = Math.min(best, distances[at + stride]! + STRAIGHT)
        best = Math.min(best, near(x - 1, at + stride - 1, FARTHEST) + DIAGONAL)
        best = Math.min(best, near(x + 1, at + stride + 1, FARTHEST) + DIAGONAL)
      }
      distances[at] = best
    }
  }
  for (let at = 0; at < levels.length; at++) {
    levels[at] = elevation[at]! > 0 ? 256 + elevation[at]! : FARTHEST - distances[at]!
  }
  return levels
}

/** The page's pixels from the lowest level to the highest, in reading order within one. */
function byLevel(levels: Uint16Array, { width, height, paddedWidth: stride }: WorkSize): Int32Array {
  const starts = new Int32Array(513)
  for (let y = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + width; at++) starts[levels[at]! + 1]!++
  }
  for (let level = 0; level < 512; level++) starts[level + 1]! += starts[level]!
  const order = new Int32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + width; at++) order[starts[levels[at]!]!++] = at
  }
  return order
}

/** Joins pixels to areas from the lowest up: labels of pixels (from 0), and each label's parent in a union-find forest. */
function flood(
  levels: Uint16Array,
  order: Int32Array,
  { width, height, paddedWidth: stride }: WorkSize,
): { labels: Int32Array; parents: Int32Array } {
  const labels = new Int32Array(levels.length).fill(-1)
  const parents = new Int32Array(order.length)
  const bottoms = new Uint16Array(order.length)
  const last = (height - 1) * stride
  let count = 0
  for (const at of order) {
    const column = at % stride
    const level = levels[at]!
    let mine = -1
    for (let side = 0; side < 4; side++) {
      let next: number
      if (side === 0) next = column > 0 ? at - 1 : -1
      else if (side === 1) next = column < width - 1 ? at + 1 : -1
      else if (side === 2) next = at >= stride ? at - stride : -1
      else next = at < last ? at + stride : -1
      if (next < 0 || labels[next]! < 0) continue
      const root = rootOf(parents, labels[next]!)
      if (mine < 0) mine = root
      else if (root !== mine && isOneArea(level, bottoms[mine]!, bottoms[root]!)) {
        // The lower valley names both.
        const deeper = bottoms[root]! < bottoms[mine]! ? root : mine
        parents[deeper === root ? mine : root] = deeper
        mine = deeper
      }
    }
    if (mine < 0) {
      mine = count++
      parents[mine] = mine
      bottoms[mine] = level
    }
    labels[at] = mine
  }
  return { labels, parents: parents.subarray(0, count) }
}

/** Whether two areas with these bottoms that meet at a pass of `level` are one. */
function isOneArea(level: number, bottom: number, other: number): boolean {
  const higher = Math.max(bottom, other)
  if (level < 256) {
    const pass = FARTHEST - level
    return pass > WIDEST_GAP || OF * pass > NARROW * (FARTHEST - higher)
  }
  return higher >= 256 && level - higher < TONE_STEP
}
