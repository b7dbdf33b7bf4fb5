/** Lab of raster pixels (shared/raster.ts: bytes R, G, B, 255); of unpainted ones, that of black. */
import { labOf, type Lab } from './lab.ts'

export function pixelColors(pixels: Uint32Array): Lab {
  const rgb = new Uint8Array(3 * pixels.length)
  for (let at = 0; at < pixels.length; at++) {
    const pixel = pixels[at]!
    rgb[3 * at] = pixel & 255
    rgb[3 * at + 1] = (pixel >>> 8) & 255
    rgb[3 * at + 2] = (pixel >>> 16) & 255
  }
  return labOf(rgb)
}
