/** Peak signal-to-noise ratio in dB over all pixels and channels of two byte pictures; equal ones give 60. */

const LARGEST = 60

export function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) {
    const apart = a[i]! - b[i]!
    sum += apart * apart
  }
  return Math.min(LARGEST, 10 * Math.log10((255 * 255 * a.length) / sum))
}
