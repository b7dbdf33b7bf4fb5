/**
 * Pockets: parts of the paper around a drawing that the drawing nearly encloses (between two legs, a sleeve cut off at the page's
 * edge). No line parts them from the open paper, but people see them as areas of their own: a hint in one must not color the
 * whole page, and one on the open paper fills the paper first.
 */
import type { WorkSize } from './workSize.ts'

/** From so many free rays (of 16, openness.ts) on, paper is open. */
const OPEN = 7
/** A pocket has a place this closed. */
const CLOSED = 5
/** Smaller ones (pixels of the page for one of the pocket) are notches in an outline, and stay paper. */
const SMALLEST = 2048

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

/** Cuts the pockets out of the regions that are `isPaper`, naming them from `next` on; in reading order of their first pixels. */
export function cutPockets(page: PocketPage, isPaper: (id: number) => boolean, next: number): Pocket[] {
  const { ids, open, work } = page
  const { width, height, paddedWidth: stride } = work
  const pockets: Pocket[] = []
  const seen = new Uint8Array(ids.length)
  const found = new Int32Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let at = y * stride; at < y * stride + width; at++) {
      const paper = ids[at]!
      if (seen[at] === 1 || open[at]! >= OPEN || paper >= next || !isPaper(paper)) continue
      const count = collect(page, at, seen, found)
      if (!isPocket(page, found, count)) continue
      for (let i = 0; i < count; i++) ids[found[i]!] = next + pockets.length
      pockets.push({ paper, pixels: count })
    }
  }
  return pockets
}

/** Lists in `found` what is of one region with `start`, connected with it and not open; returns how many. */
function collect(
  { ids, open, work }: PocketPage,
  start: number,
  seen: Uint8Array,
  found: Int32Array,
): number {
  const { width, height, paddedWidth: stride } = work
  const paper = ids[start]!
  let count = 0
  const add = (at: number) => {
    if (seen[at] === 1 || ids[at] !== paper || open[at]! >= OPEN) return
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

function isPocket({ open, elevation, work }: PocketPage, found: Int32Array, count: number): boolean {
  let clean = 0
  let least = OPEN
  for (let i = 0; i < count; i++) {
    const at = found[i]!
    if (elevation[at]! > 0) continue
    clean++
    if (open[at]! < least) least = open[at]!
  }
  return least <= CLOSED && clean * SMALLEST >= work.width * work.height
}
