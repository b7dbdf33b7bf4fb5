/**
 * What the networks say of segments nobody hinted, set right before people see it: a twin's color (twins.ts), the page's guess
 * (guess.ts), the network's own color but not its paleness, or the white of paper.
 */
import { PAPER_BORDER } from '../shared/regions.ts'
import type { Segments } from '../shared/segments.ts'
import { WHITE } from './guess.ts'

/** Paper this light is meant to be white. */
const TINTED_PAPER = 0.72
/** Unhinted colors differ from grey so many times as much as the network says (chosen on validation pictures). */
const VIVID = 1.5

/**
 * What unhinted segments should be: the guess (unless its `share` is 0), like a twin (twins.ts), and which regions are paper. A guess
 * that `isBound` to a palette is not mixed with anything, nor is its white.
 */
export type Unhinted = {
  colors: Float64Array | undefined
  share: number
  twins: Int32Array
  borders: Uint8Array
  isBound?: boolean
}

/**
 * Three numbers a segment that bring unhinted ones from their colors now (`means`) to their twin's, or towards the guess, by its
 * share. A faint tint on paper nobody hinted is the network's doubt: it becomes white.
 */
export function unhintedOffsets(
  { colors, share, twins, borders, isBound = false }: Unhinted,
  segments: Segments,
  means: Float64Array,
): Float64Array {
  const offsets = new Float64Array(means.length)
  for (let segment = 0; segment < segments.count; segment++) {
    if (segments.hinted[segment] || twins[segment]! >= 0) continue
    const region = segments.regions[segment]!
    const mean = means.subarray(3 * segment, 3 * segment + 3)
    if (isBound) {
      for (let part = 0; part < 3; part++)
        offsets[3 * segment + part] = colors![3 * region + part]! - mean[part]!
      continue
    }
    const isWhite = Math.min(...mean) >= (borders[region]! >= PAPER_BORDER ? TINTED_PAPER : WHITE)
    const own = isWhite ? [1, 1, 1] : vivid(mean)
    const guessed = isWhite || share === 0 ? own : colors!.subarray(3 * region, 3 * region + 3)
    for (let part = 0; part < 3; part++)
      offsets[3 * segment + part] = own[part]! + share * (guessed[part]! - own[part]!) - mean[part]!
  }
  twins.forEach((twin, segment) => {
    for (let part = 0; twin >= 0 && part < 3; part++) {
      const [from, to] = [3 * twin + part, 3 * segment + part]
      offsets[to] = means[from]! + offsets[from]! - means[to]!
    }
  })
  return offsets
}

/**
 * Three numbers a segment that keep what was settled before refining, paper's white and twins' colors, and every guess that `isBound`:
 * the refinement network leaves a trace of the hints on them. Its shading stays. `before`: the segments' colors that it was given;
 * `means`: those of its layer.
 */
export function settledOffsets(
  segments: Segments,
  twins: Int32Array,
  before: Float64Array,
  means: Float64Array,
  isBound = false,
): Float64Array {
  const offsets = new Float64Array(means.length)
  for (let segment = 0; segment < segments.count; segment++) {
    const from = 3 * segment
    const isSettled = isBound || Math.min(...before.subarray(from, from + 3)) >= 1
    if (!(isSettled && !segments.hinted[segment]) && twins[segment]! < 0) continue
    for (let i = from; i < from + 3; i++) offsets[i] = before[i]! - means[i]!
  }
  return offsets
}

/** A network that weighs several colors for what nobody hinted answers with their pale mean; this takes its hue seriously. */
function vivid(color: ArrayLike<number>): number[] {
  const grey = (color[0]! + color[1]! + color[2]!) / 3
  return Array.from(color, (value) => Math.min(1, Math.max(0, grey + VIVID * (value - grey))))
}
