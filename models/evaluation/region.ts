/** What one color of a picture covers around a pixel: the flat a person sees and means to hint. */
import type { RgbPicture } from '../../shared/picture.ts'

/** Ink from here on (of 255) bounds a region. */
const BOUND_INK = 110

/**
 * 1 for each pixel that looks like (the largest channel differs by at most `tolerance`) the one at `start` and is
 * 4-connected to it without crossing ink.
 */
export function regionAround(
  { width, height, rgb }: RgbPicture,
  ink: Uint8Array,
  start: number,
  tolerance: number,
): { mask: Uint8Array; pixels: Int32Array } {
  const mask = new Uint8Array(width * height)
  const pixels = new Int32Array(width * height)
  const r = rgb[3 * start]!
  const g = rgb[3 * start + 1]!
  const b = rgb[3 * start + 2]!
  const visit = (at: number) => {
    if (mask[at] !== 0 || ink[at]! >= BOUND_INK) return
    if (Math.abs(rgb[3 * at]! - r) > tolerance) return
    if (Math.abs(rgb[3 * at + 1]! - g) > tolerance || Math.abs(rgb[3 * at + 2]! - b) > tolerance) return
    mask[at] = 1
    pixels[count++] = at
  }
  let count = 1
  pixels[0] = start
  mask[start] = 1
  for (let read = 0; read < count; read++) {
    const at = pixels[read]!
    const column = at % width
    if (column > 0) visit(at - 1)
    if (column < width - 1) visit(at + 1)
    if (at >= width) visit(at - width)
    if (at < width * (height - 1)) visit(at + width)
  }
  return { mask, pixels: pixels.slice(0, count) }
}
