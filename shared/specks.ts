/** Takes out what is no line of a page: dust and grain, that is ink which is joined to nothing and small, or nowhere strong. */
import { rootOf } from './rootOf.ts'

/** A line is somewhere this strong. */
const STRONG = 110
/** A speck is smaller than this share of the long side, within these pixels; one as strong as solid ink, than half of it. */
const SPECK = 1 / 180
const LEAST_SPECK = 4
const MOST_SPECK = 16
const SOLID = 200

/** `ink`: 0 paper .. 255, changed in place. Pixels that touch, corners too, are one piece. */
export function dropSpecks(ink: Uint8Array, width: number, height: number): void {
  const runs = runsOf(ink, width, height)
  const { starts, ends, rows, count } = runs
  const parents = Int32Array.from({ length: count }, (_, i) => i)
  joinRuns(runs, parents)
  // Of each piece, at its root: how strong it is, and its box.
  const strongest = new Uint8Array(count)
  const left = new Int32Array(count).fill(width)
  const right = new Int32Array(count).fill(-1)
  const top = new Int32Array(count).fill(height)
  const bottom = new Int32Array(count).fill(-1)
  for (let run = 0; run < count; run++) {
    const root = rootOf(parents, run)
    const base = rows[run]! * width
    for (let x = starts[run]!; x < ends[run]!; x++) {
      if (ink[base + x]! > strongest[root]!) strongest[root] = ink[base + x]!
    }
    left[root] = Math.min(left[root]!, starts[run]!)
    right[root] = Math.max(right[root]!, ends[run]!)
    top[root] = Math.min(top[root]!, rows[run]!)
    bottom[root] = Math.max(bottom[root]!, rows[run]! + 1)
  }
  const least = Math.min(MOST_SPECK, Math.max(LEAST_SPECK, Math.max(width, height) * SPECK))
  for (let run = 0; run < count; run++) {
    const root = rootOf(parents, run)
    const extent = Math.max(right[root]! - left[root]!, bottom[root]! - top[root]!)
    const needed = strongest[root]! >= SOLID ? least / 2 : least
    if (strongest[root]! >= STRONG && extent >= needed) continue
    ink.fill(0, rows[run]! * width + starts[run]!, rows[run]! * width + ends[run]!)
  }
}

type Runs = { starts: Int32Array; ends: Int32Array; rows: Int32Array; count: number }

/** Ink side by side in a row, from the top left. */
function runsOf(ink: Uint8Array, width: number, height: number): Runs {
  let count = 0
  for (let at = 0; at < ink.length; at++) if (ink[at]! > 0 && (at % width === 0 || ink[at - 1] === 0)) count++
  const starts = new Int32Array(count)
  const ends = new Int32Array(count)
  const rows = new Int32Array(count)
  let run = 0
  for (let y = 0; y < height; y++) {
    const base = y * width
    for (let x = 0; x < width; x++) {
      if (ink[base + x] === 0) continue
      starts[run] = x
      rows[run] = y
      while (x < width && ink[base + x]! > 0) x++
      ends[run++] = x
    }
  }
  return { starts, ends, rows, count }
}

function joinRuns({ starts, ends, rows, count }: Runs, parents: Int32Array): void {
  let above = 0
  for (let run = 0; run < count; run++) {
    while (
      above < run &&
      (rows[above]! < rows[run]! - 1 || (rows[above]! === rows[run]! - 1 && ends[above]! < starts[run]!))
    )
      above++
    for (let other = above; rows[other]! === rows[run]! - 1 && starts[other]! <= ends[run]!; other++) {
      const one = rootOf(parents, other)
      const two = rootOf(parents, run)
      if (one !== two) parents[two] = one
    }
  }
}
