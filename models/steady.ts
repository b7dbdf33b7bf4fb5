/**
 * A refined picture keeps the draft's color wherever the two differ by less than people see: such changes of the refinement network
 * are noise. It leaves good drafts alone, and the picture does not shimmer when refined frames follow drafts.
 */
import type { RgbPicture } from '../shared/picture.ts'

/** Of 255, in the color that differs most. Of 0, 3, 4 to 8, 8 to 16 and more, 3 made the most pictures better than their draft. */
const UNSEEN = 3

/** Whether two pictures' colors differ by less than people see, of the pixel whose red is at `i`. */
export function isUnseen(a: Uint8Array, b: Uint8Array, i: number): boolean {
  const red = Math.abs(a[i]! - b[i]!)
  const green = Math.abs(a[i + 1]! - b[i + 1]!)
  const blue = Math.abs(a[i + 2]! - b[i + 2]!)
  return red <= UNSEEN && green <= UNSEEN && blue <= UNSEEN
}

/** Changes `refined` in place; both pictures are of one size. */
export function keepUnseen(refined: RgbPicture, draft: RgbPicture): void {
  const to = refined.rgb
  const from = draft.rgb
  for (let i = 0; i < to.length; i += 3) {
    if (!isUnseen(to, from, i)) continue
    to[i] = from[i]!
    to[i + 1] = from[i + 1]!
    to[i + 2] = from[i + 2]!
  }
}
