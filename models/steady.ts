/**
 * A refined picture keeps the draft's color wherever the two differ by less than people see: such changes of the refinement network
 * are noise. It leaves good drafts alone, and the picture does not shimmer when refined frames follow drafts.
 */
import type { RgbPicture } from '../shared/picture.ts'

/** Of 255, in the color that differs most. Of 0, 3, 4 to 8, 8 to 16 and more, 3 made the most pictures better than their draft. */
const UNSEEN = 3

/** Changes `refined` in place; both pictures are of one size. */
export function keepUnseen(refined: RgbPicture, draft: RgbPicture): void {
  const to = refined.rgb
  const from = draft.rgb
  for (let i = 0; i < to.length; i += 3) {
    const red = Math.abs(to[i]! - from[i]!)
    const green = Math.abs(to[i + 1]! - from[i + 1]!)
    const blue = Math.abs(to[i + 2]! - from[i + 2]!)
    if (red > UNSEEN || green > UNSEEN || blue > UNSEEN) continue
    to[i] = from[i]!
    to[i + 1] = from[i + 1]!
    to[i + 2] = from[i + 2]!
  }
}
