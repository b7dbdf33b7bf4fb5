/** A grey picture at half its size, rounded up: each pixel the mean of four, at an odd edge of fewer. */
import type { GreyPage } from '../../shared/picture.ts'

export function halved({ width, height, grey }: GreyPage): GreyPage & { grey: Uint8Array<ArrayBuffer> } {
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  const small = new Uint8Array(half.width * half.height)
  for (let y = 0, to = 0; y < half.height; y++) {
    const upper = 2 * y * width
    const lower = Math.min(height - 1, 2 * y + 1) * width
    for (let x = 0; x < half.width; x++, to++) {
      const left = 2 * x
      const right = Math.min(width - 1, left + 1)
      small[to] =
        (grey[upper + left]! + grey[upper + right]! + grey[lower + left]! + grey[lower + right]! + 2) >> 2
    }
  }
  return { ...half, grey: small }
}
