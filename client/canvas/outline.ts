/**
 * Gives painted areas a thin contour, so that a hint can be told from the coloring it caused, which has the same color.
 * The contour is the area's own edge in a darker (for dark colors: lighter) shade; nothing unpainted is touched.
 */
import type { Rect } from '../../shared/raster.ts'

const DARK = 96
const SHADE = 0.34

/** The shade of a raster pixel's color that stands out against it. */
export function contourOf(pixel: number): number {
  const channels = [pixel & 0xff, (pixel >> 8) & 0xff, (pixel >> 16) & 0xff] as const
  const towards = Math.max(...channels) < DARK ? 255 : 0
  const [red, green, blue] = channels.map((channel) => Math.round(channel + (towards - channel) * SHADE))
  return ((0xff << 24) | (blue! << 16) | (green! << 8) | red!) >>> 0
}

/**
 * Writes the part `rect` of `pixels` (0 = unpainted; `width` a row) to `shown`, painted pixels within `reach` of another color
 * or of nothing as contour. The page's own edge is none.
 */
export function outline(
  pixels: Uint32Array,
  shown: Uint32Array,
  width: number,
  rect: Rect,
  reach: number,
): void {
  const contours = new Map<number, number>()
  const step = reach * width
  for (let y = rect.top; y < rect.bottom; y++) {
    for (let x = rect.left; x < rect.right; x++) {
      const at = y * width + x
      const pixel = pixels[at]!
      const edge =
        pixel !== 0 &&
        ((x >= reach && pixels[at - reach] !== pixel) ||
          (x + reach < width && pixels[at + reach] !== pixel) ||
          (at >= step && pixels[at - step] !== pixel) ||
          (at + step < pixels.length && pixels[at + step] !== pixel))
      if (!edge) {
        shown[at] = pixel
        continue
      }
      let contour = contours.get(pixel)
      if (contour === undefined) contours.set(pixel, (contour = contourOf(pixel)))
      shown[at] = contour
    }
  }
}
