/**
 * The look of the page that everybody shares, in the document's `page` map: `saturation` of the color layer and `lineOpacity`. Read
 * distrustfully: what is no number in its range counts as not set. What they do to pixels is defined once, here: browsers do
 * the same by CSS (`saturate()`, `opacity`), so a downloaded picture looks as the page did.
 */
import type { RgbPicture } from './picture.ts'

export type PageLook = {
  /** 1: as the networks painted it; 0: grey; 2: twice as far from grey. */
  readonly saturation: number
  /** 1: the ink as it is; 0: no lines. */
  readonly lineOpacity: number
}

export const plainLook: PageLook = { saturation: 1, lineOpacity: 1 }
export const lookRanges = { saturation: [0, 2], lineOpacity: [0, 1] } as const satisfies Record<
  keyof PageLook,
  readonly [number, number]
>

/** Of the document's `page` map. Never throws. */
export function readLook(page: { get(key: string): unknown }): PageLook {
  const read = (key: keyof PageLook) => {
    const value = page.get(key)
    const [least, most] = lookRanges[key]
    return typeof value === 'number' && value >= least && value <= most ? value : plainLook[key]
  }
  return { saturation: read('saturation'), lineOpacity: read('lineOpacity') }
}

/** The matrix of CSS `saturate()` (Filter Effects, feColorMatrix), row by row: red, green, blue. */
export function saturationMatrix(saturation: number): readonly number[] {
  const weights = [0.213, 0.715, 0.072]
  return weights.flatMap((_, row) =>
    weights.map((weight, column) => weight * (1 - saturation) + (row === column ? saturation : 0)),
  )
}

/** Brings the colors of a picture to a saturation, in place. */
export function saturate({ rgb }: RgbPicture, saturation: number): void {
  if (saturation === 1) return
  const m = saturationMatrix(saturation)
  const byte = (value: number) => (value <= 0 ? 0 : value >= 255 ? 255 : Math.round(value))
  for (let at = 0; at < rgb.length; at += 3) {
    const red = rgb[at]!
    const green = rgb[at + 1]!
    const blue = rgb[at + 2]!
    rgb[at] = byte(m[0]! * red + m[1]! * green + m[2]! * blue)
    rgb[at + 1] = byte(m[3]! * red + m[4]! * green + m[5]! * blue)
    rgb[at + 2] = byte(m[6]! * red + m[7]! * green + m[8]! * blue)
  }
}

/** A pixel of the lines as it is seen: ink of that opacity on white. At 1 it is the page's own. */
export const fadeInk = (grey: number, opacity: number) => Math.round(255 - opacity * (255 - grey))
