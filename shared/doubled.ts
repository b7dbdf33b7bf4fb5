/**
 * A picture of bytes at twice its size: what bilinear.ts's positions give for that case, in whole numbers. Each new pixel lies a
 * quarter of the way between two old ones, along both axes.
 */
import type { RgbPicture } from './picture.ts'

export function doubled({ width, height, rgb }: RgbPicture): RgbPicture {
  const to = new Uint8Array(4 * rgb.length)
  const row = 6 * width
  // Between each two old rows lie two new ones; above the first and below the last old row one.
  for (let y = -1; y < height; y++) {
    const above = 3 * width * Math.max(0, y)
    const below = 3 * width * Math.min(height - 1, y + 1)
    const upper = row * Math.max(0, 2 * y + 1)
    const lower = row * Math.min(2 * height - 1, 2 * y + 2)
    for (let channel = 0; channel < 3; channel++) {
      writeRows(rgb, above + channel, below + channel, width, to, upper + channel, lower + channel)
    }
  }
  return { width: 2 * width, height: 2 * height, rgb: to }
}

/** One channel of the two new rows between the old ones that begin at `above` and `below`. */
function writeRows(
  from: Uint8Array,
  above: number,
  below: number,
  width: number,
  to: Uint8Array,
  upper: number,
  lower: number,
): void {
  let high = 3 * from[above]! + from[below]!
  let low = from[above]! + 3 * from[below]!
  to[upper] = (high + 2) >> 2
  to[lower] = (low + 2) >> 2
  for (let x = 1, at = 3; x < width; x++, at += 3) {
    const a = from[above + at]!
    const b = from[below + at]!
    const nextHigh = 3 * a + b
    const nextLow = a + 3 * b
    to[upper + 2 * at - 3] = (3 * high + nextHigh + 8) >> 4
    to[upper + 2 * at] = (high + 3 * nextHigh + 8) >> 4
    to[lower + 2 * at - 3] = (3 * low + nextLow + 8) >> 4
    to[lower + 2 * at] = (low + 3 * nextLow + 8) >> 4
    high = nextHigh
    low = nextLow
  }
  to[upper + 6 * width - 3] = (high + 2) >> 2
  to[lower + 6 * width - 3] = (low + 2) >> 2
}
