/**
 * The regions of a page that are finished: cut out of a refined picture once, and laid over every later picture of the page, whatever
 * is painted, so that they stay as they are bit for bit. Pictures are of the working size.
 */
import type { Region } from '../shared/fill.ts'
import type { RgbaPicture, RgbPicture } from '../shared/picture.ts'
import type { Size } from '../shared/workSize.ts'
import { withFinished } from '../shared/finishedPicture.ts'

/** A region as it looked when it was finished, and its flats: its rectangle at (`left`, `top`), opaque within the region. */
export type FinishedPatch = { left: number; top: number; picture: RgbaPicture; flats: RgbaPicture }

export class FinishedRegions {
  readonly #size: Size
  #picture: RgbaPicture | undefined
  #flats: RgbaPicture | undefined

  constructor({ width, height }: Size) {
    this.#size = { width, height }
  }

  /** All there are together; undefined without any. */
  get picture(): RgbaPicture | undefined {
    return this.#picture
  }

  /** Makes the finished regions exactly these. */
  set(patches: readonly FinishedPatch[]): void {
    this.#picture = this.#flats = undefined
    if (patches.length === 0) return
    this.#picture = this.#laid(patches.map(({ left, top, picture }) => ({ left, top, picture })))
    this.#flats = this.#laid(patches.map(({ left, top, flats }) => ({ left, top, picture: flats })))
  }

  has(x: number, y: number): boolean {
    return this.#picture?.rgba[4 * (y * this.#size.width + x) + 3] === 255
  }

  /** `picture` with them. It is not changed. */
  over(picture: RgbPicture): RgbPicture {
    return withFinished(picture, this.#picture)
  }

  overFlats(flats: RgbPicture): RgbPicture {
    return withFinished(flats, this.#flats)
  }

  /** A region of these pictures, without what of it is finished already. */
  cut(region: Region, picture: RgbPicture, flats: RgbPicture): FinishedPatch {
    const { left, top } = region.rect
    return { left, top, picture: this.#cutOut(region, picture), flats: this.#cutOut(region, flats) }
  }

  #cutOut({ rect, mask }: Region, { width: stride, rgb }: RgbPicture): RgbaPicture {
    const width = rect.right - rect.left
    const height = rect.bottom - rect.top
    const rgba = new Uint8Array(4 * width * height)
    for (let at = 0; at < mask.length; at++) {
      const x = rect.left + (at % width)
      const y = rect.top + Math.floor(at / width)
      if (!mask[at] || this.has(x, y)) continue
      const from = 3 * (y * stride + x)
      rgba.set(rgb.subarray(from, from + 3), 4 * at)
      rgba[4 * at + 3] = 255
    }
    return { width, height, rgba }
  }

  #laid(parts: readonly { left: number; top: number; picture: RgbaPicture }[]): RgbaPicture {
    const { width, height } = this.#size
    const rgba = new Uint8Array(4 * width * height)
    for (const { left, top, picture } of parts) {
      const columns = Math.min(picture.width, width - left)
      for (let y = 0; y < Math.min(picture.height, height - top); y++) {
        for (let x = 0; x < columns; x++) {
          const from = 4 * (y * picture.width + x)
          if (picture.rgba[from + 3] !== 255) continue
          rgba.set(picture.rgba.subarray(from, from + 4), 4 * ((top + y) * width + left + x))
        }
      }
    }
    return { width, height, rgba }
  }
}
