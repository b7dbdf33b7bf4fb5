/** Hints that come as a picture instead of strokes: its opaque pixels are painted, all others are not. */
import type { RgbaPicture } from '../shared/picture.ts'
import type { HintRaster } from '../shared/raster.ts'

/** Paints all of a raster from a picture of any size, scaled to it. */
export function paintHints({ pixels, stride, size }: HintRaster, { width, height, rgba }: RgbaPicture): void {
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      pixels[y * stride + x] = paintedPixel(
        rgba,
        width,
        Math.floor((x * width) / size.width),
        Math.ceil(((x + 1) * width) / size.width),
        Math.floor((y * height) / size.height),
        Math.ceil(((y + 1) * height) / size.height),
      )
    }
  }
}

/** The most central opaque pixel of an area, or 0: a thin stroke of a large picture is not lost. */
function paintedPixel(
  rgba: Uint8Array,
  width: number,
  left: number,
  right: number,
  top: number,
  bottom: number,
): number {
  let best = 0
  let nearest = Infinity
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = 4 * (y * width + x)
      if (rgba[at + 3]! < 128) continue
      const distance = Math.abs(2 * x + 1 - left - right) + Math.abs(2 * y + 1 - top - bottom)
      if (distance >= nearest) continue
      nearest = distance
      best = ((0xff << 24) | (rgba[at + 2]! << 16) | (rgba[at + 1]! << 8) | rgba[at]!) >>> 0
    }
  }
  return best
}
