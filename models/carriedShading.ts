/**
 * What refining did to a page, laid over its next drafts: a draft with it looks like the refined picture that is to come, and only what
 * a change reaches is seen to move (rule E21). Where the hint map has another color by now, the draft stays as it is.
 */
import type { RgbPicture } from '../shared/picture.ts'
import type { WorkSize } from '../shared/workSize.ts'

export class CarriedShading {
  readonly #work: WorkSize
  /** The hint map's color of each pixel at that time. */
  readonly #colors: Uint32Array
  #refined: Uint8Array | undefined
  #draft: Uint8Array | undefined

  constructor(work: WorkSize) {
    this.#work = work
    this.#colors = new Uint32Array(work.paddedWidth * work.height)
  }

  /** Remembers what became of a draft; `colors` in the padded geometry, copied. The bytes of both pictures must stay as they are. */
  keep(refined: RgbPicture, draft: RgbPicture, colors: Uint32Array): void {
    this.#refined = refined.rgb
    this.#draft = draft.rgb
    this.#colors.set(colors.subarray(0, this.#colors.length))
  }

  /** A draft with it; a picture of its own. */
  over(draft: RgbPicture, colors: Uint32Array): RgbPicture {
    const rgb = draft.rgb.slice()
    if (this.#refined && this.#draft) this.#shade(rgb, colors, this.#refined, this.#draft)
    return { ...draft, rgb }
  }

  #shade(rgb: Uint8Array, colors: Uint32Array, refined: Uint8Array, before: Uint8Array): void {
    const { width, height, paddedWidth: stride } = this.#work
    const known = this.#colors
    for (let y = 0, i = 0; y < height; y++) {
      for (let at = y * stride, end = at + width; at < end; at++, i += 3) {
        const red = refined[i]! - before[i]!
        const green = refined[i + 1]! - before[i + 1]!
        const blue = refined[i + 2]! - before[i + 2]!
        // Most pixels are refined to what they were (steady.ts).
        if ((red | green | blue) === 0 || colors[at] !== known[at]) continue
        rgb[i] = byteOf(rgb[i]! + red)
        rgb[i + 1] = byteOf(rgb[i + 1]! + green)
        rgb[i + 2] = byteOf(rgb[i + 2]! + blue)
      }
    }
  }
}

const byteOf = (value: number) => (value < 0 ? 0 : value > 255 ? 255 : value)
