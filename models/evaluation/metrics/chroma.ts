/** How colorful a result is beside the truth: 1 = as colorful, 0 = grey. */
import type { Lab } from './lab.ts'

/** Chroma from here on counts as color. */
const COLORED = 8
/** Fewer colored pixels say nothing. */
const SMALLEST_AREA = 200

export const chromaAt = (lab: Lab, at: number) => Math.hypot(lab[3 * at + 1]!, lab[3 * at + 2]!)

/** Chroma of the result over that of the truth, summed where `paper` is 1 and the truth is colored; NaN when hardly anything is. */
export function chromaRatio(result: Lab, truth: Lab, paper: Uint8Array): number {
  let made = 0
  let wanted = 0
  let count = 0
  for (let at = 0; at < paper.length; at++) {
    const chroma = chromaAt(truth, at)
    if (paper[at] !== 1 || chroma < COLORED) continue
    made += chromaAt(result, at)
    wanted += chroma
    count++
  }
  return count < SMALLEST_AREA ? NaN : made / wanted
}
