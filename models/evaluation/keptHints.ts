/** Where hints must be kept: what a stroke painted where it was meant, on clean paper. */
import { pixelOf } from '../../shared/raster.ts'
import type { Hint } from './hints.ts'
import { COMPARED_SIDE, PAPER_INK, type Picture } from './picture.ts'

/**
 * Raster pixels at the compared side, 0 where nothing must be kept: those whose every pixel is painted in one color, within a
 * region that a stroke of this color was begun in. What ran over a line is no hint.
 */
export function keptHints({ side, ink }: Picture, pixels: Uint32Array, hints: readonly Hint[]): Uint32Array {
  const step = side / COMPARED_SIDE
  const meant = new Map<number, Uint8Array[]>()
  for (const hint of hints) {
    const pixel = pixelOf(hint.stroke.color)
    meant.set(pixel, [...(meant.get(pixel) ?? []), hint.meant])
  }
  const kept = new Uint32Array(COMPARED_SIDE * COMPARED_SIDE)
  for (let at = 0; at < kept.length; at++) {
    const corner = Math.floor(at / COMPARED_SIDE) * step * side + (at % COMPARED_SIDE) * step
    const pixel = pixels[corner]!
    let isKept = pixel !== 0
    for (let k = 0; k < step * step && isKept; k++) {
      const own = corner + Math.floor(k / step) * side + (k % step)
      isKept =
        pixels[own] === pixel && ink[own]! < PAPER_INK && meant.get(pixel)!.some((mask) => mask[own] === 1)
    }
    if (isKept) kept[at] = pixel
  }
  return kept
}
