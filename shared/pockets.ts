/**
 * Pockets: parts of the paper around a drawing that the drawing nearly encloses (between two legs, a sleeve cut off at the page's
 * edge). No line parts them from the open paper, but people see them as areas of their own: a hint in one must not color the
 * whole page, and one on the open paper fills the paper first.
 */
import type { WorkSize } from './workSize.ts'

/**
 * Paper is looked at three times: what is less open than 7 of the 16 rays (openness.ts), then of the rest what is less open than
 * 5, then 3. A large hollow of an outline is no pocket, but there may be one in it.
 */
const LEVELS = [7, 5, 3] as const
/** A pocket has a place so many rays less open. */
const DEEP = 2
/** Smaller ones (pixels of the page for one of the pocket) are notches in an outline, and stay paper. */
const SMALLEST = 2048
/** The mouth of a pocket is at most 1 / 3 of what is around it. */
const MOUTH = 3

export type PocketPage = {
  /** Regions by pixel; pockets get new ids in it. */
  ids: Int32Array
  open: Uint8Array
  /** Blurred ink. */
  elevation: Uint8Array
  work: WorkSize
}

/** A pocket as it was found: the paper it was cut from, and its pixels. */
export type Pocket = { paper: number; pixels: number }

/** Cuts the pockets out of the regions that are `isPaper`, naming them from `next` on; wide ones first, in reading order. */
export function cutPockets(page: PocketPage, isPaper: (id: number) => boolean, next: number): Pocket[] {
  const { ids, open, work } = page
  const { width, height, paddedWidth: stride } = work
  const pockets: Pocket[] = []
  const found = new Int32Array(width * height)
  for (const level of LEVELS) {
    const seen = new Uint8Array(ids.length)
    for (let y = 0; y < height; y++) {
      for (let at = y * stride; at < y * stride + width; at++) {
        const paper = ids[at]!
        if (seen[at] === 1 || open[at]! >= level || paper >= next || !isPaper(paper)) continue
        const count = collect(page, at, level, seen, found)
        if (!isPocket(page, found.subarray(0, count), level)) continue
        for (let i = 0; i < count; i++) ids[found[i]!] = next + pockets.length
        pockets.push({ paper, pixels: count })
      }
    }
  }
  return pockets
}

/** Lists in `found` what is of one region with `start`, connected with it and less open than `level`; returns how many. */
function collect(
  { ids, open, work }: PocketPage,
  start: number,
  level: number,
  seen: Uint8Array,
  found: Int32Array,
): number {
  const { width, height, paddedWidth: stride } = work
  const paper = ids[start]!
  let count = 0
  const add = (at: number) => {
    if (seen[at] === 1 || ids[at] !== paper || open[at]! >= level) return
    seen[at] = 1
    found[count++] = at
  }
  add(start)
  for (let read = 0; read < count; read++) {
    const at = found[read]!
    const x = at % stride
    if (x > 0) add(at - 1)
    if (x < width - 1) add(at + 1)
    if (at >= stride) add(at - stride)
    if (at < (height - 1) * stride) add(at + stride)
  }
  return count
}

/** Whether what was found is large, deep, and nearly enclosed: by lines and the page's edge, not by more open paper. */
function isPocket({ ids, open, elevation, work }: PocketPage, found: Int32Array, level: number): boolean {
  const { width, height, paddedWidth: stride } = work
  const paper = ids[found[0]!]!
  let clean = 0
  let least = level
  let mouth = 0
  let around = 0
  for (const at of found) {
    if (elevation[at]! > 0) continue
    clean++
    if (open[at]! < least) least = open[at]!
    const x = at % stride
    for (let side = 0; side < 4; side++) {
      let next: number
      if (side === 0) next = x > 0 ? at - 1 : -1
      else if (side === 1) next = x < width - 1 ? at + 1 : -1
      else if (side === 2) next = at - stride
      else next = at < (height - 1) * stride ? at + stride : -1
      const isWall = next < 0 || elevation[next]! > 0 || ids[next] !== paper
      if (!isWall && open[next]! < level) continue
      around++
      if (!isWall) mouth++
    }
  }
  return least + DEEP <= level && clean * SMALLEST >= width * height && mouth * MOUTH <= around
}
