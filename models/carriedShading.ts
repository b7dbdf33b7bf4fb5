/**
 * What refining did to a page, laid over its next drafts: a draft with it looks like the refined picture that is to come, and only what
 * a change reaches is seen to move (rule E21). Where the hint map has another color by now, the draft stays as it is.
 */
import type { RgbPicture } from '../shared/picture.ts'
import type { WorkSize } from '../shared/workSize.ts'

export class CarriedShading {
  readonly #work: WorkSize
  /** Refined less draft, of 255, cut off at what fits. */
  readonly #shading: Int8Array
  /** The hint map's color of each pixel at that time. */
  readonly #colors: Uint32Array

  constructor(work: WorkSize) {
    const pixels = work.width * work.height
    this.#work = work
    this.#shading = new Int8Array(3 * pixels)
    this.#colors = new Uint32Array(pixels)
  }

  /** Remembers what became of a draft; `colors` in the padded geometry. All three are copied. */
  keep(refined: RgbPicture, draft: RgbPicture, colors: Uint32Array): void {
    const { width, height, paddedWidth: stride } = this.#work
    const shading = this.#shading
    for (let i = 0; i < shading.length; i++) {
      const difference = refined.rgb[i]! - draft.rgb[i]!
      shading[i] = difference > 127 ? 127 : difference < -128 ? -128 : difference
    }
    for (let y = 0; y < height; y++)
      this.#colors.set(colors.subarray(y * stride, y * stride + width), y * width)
  }

  /** A draft with it; a picture of its own. */
  over(draft: RgbPicture, colors: Uint32Array): RgbPicture {
    const { width, height, paddedWidth: stride } = this.#work
    const rgb = Uint8ClampedArray.from(draft.rgb)
    for (let y = 0, to = 0, kept = 0; y < height; y++) {
      for (let at = y * stride, end = at + width; at < end; at++, to += 3, kept++) {
        if (colors[at] !== this.#colors[kept]) continue
        rgb[to]! += this.#shading[to]!
        rgb[to + 1]! += this.#shading[to + 1]!
        rgb[to + 2]! += this.#shading[to + 2]!
      }
    }
    return { width, height, rgb: new Uint8Array(rgb.buffer) }
  }
}
