/** Pictures in memory, row by row from the top left. */
import type { Size } from './workSize.ts'

/** A drawing: one byte a pixel, white paper = 255. */
export type GreyPage = Size & { grey: Uint8Array }
/** Four bytes a pixel, alpha not premultiplied. */
export type RgbaPicture = Size & { rgba: Uint8Array }
/** Three bytes a pixel. */
export type RgbPicture = Size & { rgb: Uint8Array }

/** The colors alone. */
export function withoutAlpha({ width, height, rgba }: RgbaPicture): RgbPicture {
  const rgb = new Uint8Array(3 * width * height)
  for (let at = 0; at < width * height; at++) rgb.set(rgba.subarray(4 * at, 4 * at + 3), 3 * at)
  return { width, height, rgb }
}

/** Opaque everywhere. */
export function opaque({ width, height, rgb }: RgbPicture): RgbaPicture {
  const rgba = new Uint8Array(4 * width * height)
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    rgba[to] = rgb[from]!
    rgba[to + 1] = rgb[from + 1]!
    rgba[to + 2] = rgb[from + 2]!
    rgba[to + 3] = 255
  }
  return { width, height, rgba }
}
