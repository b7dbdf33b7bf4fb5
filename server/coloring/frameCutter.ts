/**
 * Cuts a page's pictures into frames. Whoever has the frame before needs only the part that changed, so only that is encoded: a patch.
 * What nobody sees is not sent, and then is not changed either: the last picture is, pixel by pixel, what all frames so far show.
 */
import type { RgbPicture } from '../../shared/picture.ts'
import type { Stage } from '../../shared/protocol.ts'
import { areaOf, type Rect } from '../../shared/raster.ts'

/** `picture` is all of the page's, or what `patch` covers of it. */
export type Cut = { width: number; height: number; picture: RgbPicture; patch?: Rect }

/** Of 255: less than what the encoder loses. */
const UNSEEN = 2
/** Above this share of the page a patch saves nothing worth a second way. */
const LARGEST = 0.6
/** Encoders halve the colors' resolution: patches begin and end on whole pairs of pixels. */
const PAIR = 2

export class FrameCutter {
  #last: RgbPicture | undefined
  readonly #ofStage: Partial<Record<Stage, RgbPicture>> = {}

  /** The next frame. `picture` belongs to the cutter from now on, and is changed. */
  cut(stage: Stage, picture: RgbPicture, isWhole: boolean): Cut {
    const last = this.#last
    const changed = last && !isWhole ? changedRect(picture, last) : undefined
    this.#last = this.#ofStage[stage] = picture
    const { width, height } = picture
    if (!last || !changed || areaOf(changed) > LARGEST * width * height) return { width, height, picture }
    const patch = cropped(picture, changed)
    picture.rgb = last.rgb.slice()
    paste(picture, patch, changed)
    return { width, height, picture: patch, patch: changed }
  }

  /** The newest picture of a stage. */
  newest(stage: Stage): RgbPicture | undefined {
    return this.#ofStage[stage]
  }
}

/** Everything that is seen to differ, as a rectangle of whole pairs; one pair when nothing does. */
function changedRect(next: RgbPicture, last: RgbPicture): Rect {
  const { width, height } = next
  const [a, b] = [next.rgb, last.rgb]
  let left = width
  let right = 0
  let top = height
  let bottom = 0
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      const [red, green, blue] = [a[i]! - b[i]!, a[i + 1]! - b[i + 1]!, a[i + 2]! - b[i + 2]!]
      if (red * red <= UNSEEN * UNSEEN && green * green <= UNSEEN * UNSEEN && blue * blue <= UNSEEN * UNSEEN)
        continue
      if (x < left) left = x
      if (x >= right) right = x + 1
      if (y < top) top = y
      bottom = y + 1
    }
  }
  if (right === 0) return { left: 0, top: 0, right: Math.min(PAIR, width), bottom: Math.min(PAIR, height) }
  const down = (value: number) => value - (value % PAIR)
  const up = (value: number, most: number) => Math.min(most, value + (value % PAIR))
  return { left: down(left), top: down(top), right: up(right, width), bottom: up(bottom, height) }
}

function cropped({ rgb, width }: RgbPicture, { left, top, right, bottom }: Rect): RgbPicture {
  const part = new Uint8Array(3 * (right - left) * (bottom - top))
  for (let y = top, to = 0; y < bottom; y++, to += 3 * (right - left))
    part.set(rgb.subarray(3 * (y * width + left), 3 * (y * width + right)), to)
  return { width: right - left, height: bottom - top, rgb: part }
}

function paste(onto: RgbPicture, { rgb, width, height }: RgbPicture, { left, top }: Rect): void {
  for (let y = 0; y < height; y++)
    onto.rgb.set(rgb.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((top + y) * onto.width + left))
}
