/**
 * The color layer at another size than the networks': brought up so that color stops at the lines, and put under them.
 *
 * A pixel that no line can lie near has the bilinear mean of the four nearest layer pixels; all others have the color of their
 * own side of the lines (sides.ts).
 */
import { doubled } from './doubled.ts'
import { fadeInk, plainLook, saturate, type PageLook } from './pageSettings.ts'
import type { GreyPage, RgbPicture } from './picture.ts'
import { sidesOf, type Sides, type SidesOptions } from './sides.ts'
import type { Size } from './workSize.ts'

export class Upsampler {
  /** Which side of the lines each pixel is on. */
  readonly sides: Sides

  /** For layers of size `layer` on `page`, whose pixels are not kept. */
  constructor(page: GreyPage, layer: Size, options?: SidesOptions) {
    this.sides = sidesOf(page, layer, options)
  }

  /** `layer` brought to the page's size. */
  apply(layer: RgbPicture): RgbPicture {
    const { page, narrow, narrowFrom, joined, joinedFrom } = this.sides
    const isDoubled = page.width === 2 * layer.width && page.height === 2 * layer.height
    const picture = isDoubled ? doubled(layer) : this.#resized(layer)
    for (let i = 0; i < narrow.length; i++) copy(layer.rgb, narrowFrom[i]!, picture.rgb, narrow[i]!)
    for (let i = 0; i < joined.length; i++) copy(picture.rgb, joinedFrom[i]!, picture.rgb, joined[i]!)
    return picture
  }

  #resized(layer: RgbPicture): RgbPicture {
    const { page, columns, rows } = this.sides
    const { width, height } = page
    const rgb = new Uint8Array(3 * width * height)
    const from = layer.rgb
    for (let y = 0, to = 0; y < height; y++) {
      const row = rows[y]!
      const upper = 3 * row.low * layer.width
      const lower = 3 * row.high * layer.width
      for (let x = 0; x < width; x++) {
        const { low, high, share } = columns[x]!
        for (let channel = 0; channel < 3; channel++, to++) {
          const left = 3 * low + channel
          const right = 3 * high + channel
          const above = from[upper + left]! + (from[upper + right]! - from[upper + left]!) * share
          const below = from[lower + left]! + (from[lower + right]! - from[lower + left]!) * share
          rgb[to] = above + (below - above) * row.share + 0.5
        }
      }
    }
    return { width, height, rgb }
  }
}

/** Copies the color of pixel `i` of one picture to pixel `j` of another. */
function copy(from: Uint8Array, i: number, to: Uint8Array, j: number): void {
  to[3 * j] = from[3 * i]!
  to[3 * j + 1] = from[3 * i + 1]!
  to[3 * j + 2] = from[3 * i + 2]!
}

/** The color layer at the page's size, with the page's look. */
export function colorsOf(layer: RgbPicture, page: GreyPage, look: PageLook = plainLook): RgbPicture {
  const colors = new Upsampler(page, layer).apply(layer)
  saturate(colors, look.saturation)
  return colors
}

/** What people see: the color layer times the line art, at the line art's size. With a plain look the ink itself is untouched. */
export const underLines = (layer: RgbPicture, page: GreyPage, look: PageLook = plainLook): RgbPicture =>
  linesOver(colorsOf(layer, page, look), page, look.lineOpacity)

/** Lines of that opacity on colors of the page's size, which are changed. */
export function linesOver(colors: RgbPicture, page: GreyPage, lineOpacity: number): RgbPicture {
  const { rgb } = colors
  const seen = Uint8Array.from({ length: 256 }, (_, grey) => fadeInk(grey, lineOpacity))
  for (let at = 0; at < page.grey.length; at++) {
    const grey = seen[page.grey[at]!]!
    if (grey === 255) continue
    for (let channel = 3 * at; channel < 3 * at + 3; channel++)
      rgb[channel] = Math.round((rgb[channel]! * grey) / 255)
  }
  return colors
}
