/**
 * Flats brought from the networks' size to the page's: every pixel has exactly one of their colors, edges are hard and meet under the
 * middle of the lines.
 */
import { carriedLabels } from './carriedLabels.ts'
import type { GreyPage, RgbPicture } from './picture.ts'
import { sidesOf } from './sides.ts'

export function largerFlats(flats: RgbPicture, page: GreyPage): RgbPicture {
  const labels = new Int32Array(flats.width * flats.height)
  for (let at = 0; at < labels.length; at++)
    labels[at] = (flats.rgb[3 * at]! << 16) | (flats.rgb[3 * at + 1]! << 8) | flats.rgb[3 * at + 2]!
  const carried = carriedLabels(labels, sidesOf(page, flats))
  const rgb = new Uint8Array(3 * carried.length)
  for (let at = 0; at < carried.length; at++) {
    const color = carried[at]!
    rgb[3 * at] = color >> 16
    rgb[3 * at + 1] = color >> 8
    rgb[3 * at + 2] = color
  }
  return { width: page.width, height: page.height, rgb }
}
