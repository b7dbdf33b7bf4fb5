/**
 * The drafts of a page one after the other: a pixel whose color in the hint map is the one of the draft before keeps its color as well
 * when the two differ by less than people see (steady.ts). A hint of hardly another color is one all the same, and shows.
 */
import type { RgbPicture } from '../shared/picture.ts'
import type { WorkSize } from '../shared/workSize.ts'
import { isUnseen } from './steady.ts'

export class SteadyDrafts {
  readonly #work: WorkSize
  /** The hint map's colors of the last draft. */
  readonly #colors: Uint32Array
  #last: RgbPicture | undefined

  constructor(work: WorkSize) {
    this.#work = work
    this.#colors = new Uint32Array(work.paddedWidth * work.height)
  }

  /** Changes `draft` in place, and keeps it: it stays as it is from now on. `colors` in the padded geometry. */
  settle(draft: RgbPicture, colors: Uint32Array): RgbPicture {
    const { width, height, paddedWidth: stride } = this.#work
    const before = this.#last?.rgb
    const now = draft.rgb
    for (let y = 0, i = 0; before && y < height; y++) {
      for (let at = y * stride, end = at + width; at < end; at++, i += 3) {
        if (colors[at] !== this.#colors[at] || !isUnseen(now, before, i)) continue
        now[i] = before[i]!
        now[i + 1] = before[i + 1]!
        now[i + 2] = before[i + 2]!
      }
    }
    this.#colors.set(colors.subarray(0, this.#colors.length))
    return (this.#last = draft)
  }
}
