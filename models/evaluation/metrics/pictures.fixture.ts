/** Made-up pictures for the measures' tests. */
import type { RgbPicture } from '../../../shared/picture.ts'

/** A square whose pixel at (x, y) is the color 0xRRGGBB that `color` tells. */
export function painted(side: number, color: (x: number, y: number) => number): RgbPicture {
  const rgb = new Uint8Array(3 * side * side)
  for (let at = 0; at < side * side; at++) {
    const value = color(at % side, Math.floor(at / side))
    rgb.set([value >> 16, (value >> 8) & 255, value & 255], 3 * at)
  }
  return { width: side, height: side, rgb }
}

export const grey = (level: number) => (level << 16) | (level << 8) | level

export const everywhere = (side: number) => new Uint8Array(side * side).fill(1)
export const noInk = (side: number) => new Uint8Array(side * side)
