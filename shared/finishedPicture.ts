/**
 * The finished parts of a page as they look, at the networks' size or larger: opaque where they are, nothing elsewhere. They are laid
 * over every other picture of the page, so each place of them depends on nothing but themselves and the ink.
 */
import { carriedLabels } from './carriedLabels.ts'
import type { RgbaPicture, RgbPicture } from './picture.ts'
import type { Upsampler } from './upsampler.ts'

/** So far beyond a part its colors are continued, for what is brought up looks a pixel or two around. */
const BEYOND = 4

/** A picture with the finished parts over it; the same one when there are none. Both are of one size. */
export function withFinished(picture: RgbPicture, finished: RgbaPicture | undefined): RgbPicture {
  if (!finished) return picture
  const rgb = picture.rgb.slice()
  const { rgba } = finished
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    if (rgba[from + 3] === 0) continue
    rgb[to] = rgba[from]!
    rgb[to + 1] = rgba[from + 1]!
    rgb[to + 2] = rgba[from + 2]!
  }
  return { ...picture, rgb }
}

/** Brought to the size of the upsampler's page along its lines, up to the middle of those around each part. */
export function largerFinished(finished: RgbaPicture, upsampler: Upsampler): RgbaPicture {
  const labels = new Int32Array(finished.width * finished.height)
  for (let at = 0; at < labels.length; at++) labels[at] = finished.rgba[4 * at + 3]! === 0 ? 0 : 1
  const carried = carriedLabels(labels, upsampler.sides)
  const { width, height, rgb } = upsampler.apply(continued(finished))
  const rgba = new Uint8Array(4 * width * height)
  for (let at = 0; at < carried.length; at++) {
    if (carried[at] === 0) continue
    rgba[4 * at] = rgb[3 * at]!
    rgba[4 * at + 1] = rgb[3 * at + 1]!
    rgba[4 * at + 2] = rgb[3 * at + 2]!
    rgba[4 * at + 3] = 255
  }
  return { width, height, rgba }
}

/** The colors of the parts, and around them those of their edges. */
function continued({ width, height, rgba }: RgbaPicture): RgbPicture {
  const rgb = new Uint8Array(3 * width * height)
  const isKnown = new Uint8Array(width * height)
  let edge: number[] = []
  for (let at = 0; at < isKnown.length; at++) {
    if (rgba[4 * at + 3] === 0) continue
    rgb.set(rgba.subarray(4 * at, 4 * at + 3), 3 * at)
    isKnown[at] = 1
    edge.push(at)
  }
  for (let step = 0; step < BEYOND; step++) {
    const next: number[] = []
    for (const at of edge) {
      const column = at % width
      const beside = [column > 0 ? at - 1 : -1, column < width - 1 ? at + 1 : -1, at - width, at + width]
      for (const to of beside) {
        if (to < 0 || to >= isKnown.length || isKnown[to]) continue
        rgb.copyWithin(3 * to, 3 * at, 3 * at + 3)
        isKnown[to] = 1
        next.push(to)
      }
    }
    edge = next
  }
  return { width, height, rgb }
}
