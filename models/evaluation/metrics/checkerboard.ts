/**
 * Checkerboard: what upsampling in a network leaves behind, a pattern that repeats every two or four pixels. Measured on the
 * color layer as the diagonal Haar detail of blocks of one and of two pixels, on paper without lines.
 */
import type { RgbPicture } from '../../../shared/picture.ts'

/** Root mean squares of the pattern in 8-bit levels, for blocks of one pixel and of two. */
export type Pattern = [number, number]

export const patternOf = (layer: RgbPicture, ink: Uint8Array): Pattern => [
  detail(layer, ink, 1),
  detail(layer, ink, 2),
]

/** Result minus truth, the worse of the two: 0 or less = no pattern of its own. */
export const checkerboard = (result: Pattern, truth: Pattern): number =>
  Math.max(result[0] - truth[0], result[1] - truth[1])

function detail({ width, height, rgb }: RgbPicture, ink: Uint8Array, block: number): number {
  let sum = 0
  let count = 0
  const span = 2 * block
  for (let y = 0; y + span <= height; y += span) {
    for (let x = 0; x + span <= width; x += span) {
      if (hasInk(ink, width, x, y, span)) continue
      for (let channel = 0; channel < 3; channel++) {
        let diagonal = 0
        for (let j = 0; j < span; j++) {
          for (let i = 0; i < span; i++) {
            const value = rgb[3 * ((y + j) * width + x + i) + channel]!
            diagonal += j < block === i < block ? value : -value
          }
        }
        sum += (diagonal / (span * span)) ** 2
      }
      count += 3
    }
  }
  return count === 0 ? 0 : Math.sqrt(sum / count)
}

function hasInk(ink: Uint8Array, width: number, x: number, y: number, span: number): boolean {
  for (let at = y * width + x; at < (y + span) * width; at += width) {
    for (let i = at; i < at + span; i++) if (ink[i]! > 0) return true
  }
  return false
}
