/** A picture brought down to a longest side, by the mean of the pixels that fall together; a smaller one stays as it is. */
import type { RgbPicture } from './picture.ts'

export function reduced(picture: RgbPicture, side: number): RgbPicture {
  const { width, height, rgb } = picture
  const scale = side / Math.max(width, height)
  if (scale >= 1) return picture
  const columns = Math.max(1, Math.round(width * scale))
  const rows = Math.max(1, Math.round(height * scale))
  const sums = new Uint32Array(3 * columns * rows)
  const counts = new Uint32Array(columns * rows)
  const columnOf = Uint32Array.from({ length: width }, (_, x) => Math.floor((x * columns) / width))
  for (let y = 0, at = 0; y < height; y++) {
    const base = Math.floor((y * rows) / height) * columns
    for (let x = 0; x < width; x++, at += 3) {
      const to = base + columnOf[x]!
      counts[to]!++
      sums[3 * to]! += rgb[at]!
      sums[3 * to + 1]! += rgb[at + 1]!
      sums[3 * to + 2]! += rgb[at + 2]!
    }
  }
  const out = new Uint8Array(sums.length)
  for (let cell = 0, at = 0; cell < counts.length; cell++) {
    for (const end = at + 3; at < end; at++) out[at] = Math.round(sums[at]! / counts[cell]!)
  }
  return { width: columns, height: rows, rgb: out }
}
