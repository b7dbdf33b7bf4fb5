/**
 * Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004) of the luma of RGB pictures: gaussian window 11 x 11, sigma
 * 1.5, K1 0.01, K2 0.03; the mean over all places where the window fits. 1 = equal.
 */
import type { RgbPicture } from '../../../shared/picture.ts'

const RADIUS = 5
const SIGMA = 1.5
const C1 = (0.01 * 255) ** 2
const C2 = (0.03 * 255) ** 2

const bell = Array.from({ length: 2 * RADIUS + 1 }, (_, i) =>
  Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)),
)
const total = bell.reduce((sum, weight) => sum + weight, 0)
const weights = Float32Array.from(bell, (weight) => weight / total)

/** A picture's luma, its local means and its local mean squares: made once for a picture that much is compared with. */
export type Structure = {
  luma: Float32Array
  mean: Float32Array
  square: Float32Array
  width: number
  height: number
}

export function structureOf({ width, height, rgb }: RgbPicture): Structure {
  const luma = new Float32Array(rgb.length / 3)
  for (let at = 0; at < luma.length; at++) {
    // ITU-R BT.601
    luma[at] = 0.299 * rgb[3 * at]! + 0.587 * rgb[3 * at + 1]! + 0.114 * rgb[3 * at + 2]!
  }
  const mean = windowed(luma, width, height)
  return { luma, mean, square: windowed(product(luma, luma), width, height), width, height }
}

export function ssim(a: Structure, b: Structure): number {
  const { width, height } = a
  const both = windowed(product(a.luma, b.luma), width, height)
  let sum = 0
  for (let row = RADIUS; row < height - RADIUS; row++) {
    for (let at = row * width + RADIUS; at < (row + 1) * width - RADIUS; at++) {
      const p = a.mean[at]!
      const q = b.mean[at]!
      const covariance = both[at]! - p * q
      const variances = a.square[at]! - p * p + b.square[at]! - q * q
      sum += ((2 * p * q + C1) * (2 * covariance + C2)) / ((p * p + q * q + C1) * (variances + C2))
    }
  }
  return sum / ((width - 2 * RADIUS) * (height - 2 * RADIUS))
}

function product(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length)
  for (let at = 0; at < both.length; at++) both[at] = a[at]! * b[at]!
  return both
}

/** The window's weighted mean; right only where it fits. */
function windowed(plane: Float32Array, width: number, height: number): Float32Array {
  const rows = new Float32Array(plane.length)
  blur(plane, rows, 1, RADIUS, plane.length - RADIUS)
  const both = new Float32Array(plane.length)
  blur(rows, both, width, RADIUS * width, (height - RADIUS) * width)
  return both
}

function blur(from: Float32Array, to: Float32Array, step: number, begin: number, end: number): void {
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!
    const offset = (i - RADIUS) * step
    for (let at = begin; at < end; at++) to[at]! += weight * from[at + offset]!
  }
}
