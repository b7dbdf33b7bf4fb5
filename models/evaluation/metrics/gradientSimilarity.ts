/**
 * What stands in for LPIPS: no pretrained features can be had without a download, and features trained on photographs say
 * little about flat art. The features here are gradient magnitudes of CIELAB L, a and b at 256, 128 and 64 pixels (Prewitt),
 * compared and pooled as GMSD does (Xue, Zhang, Mou, Bovik 2014, "Gradient Magnitude Similarity Deviation"): the standard
 * deviation of their similarity over the picture. The mean over channels and scales; 0 = equal, larger is worse.
 */
import type { Lab } from './lab.ts'

const SCALES = 3
/** Keeps flat places equal; in squared Lab units, about GMSD's 0.0026 of the range. */
const CALM = 26

/** Nine planes of gradient magnitudes: of each channel at each scale. */
export type Gradients = Float32Array[]

export function gradientsOf(lab: Lab, side: number): Gradients {
  const all: Gradients = []
  for (let channel = 0; channel < 3; channel++) {
    let plane: Float32Array = new Float32Array(lab.length / 3)
    for (let at = 0; at < plane.length; at++) plane[at] = lab[3 * at + channel]!
    for (let scale = 0, length = side; scale < SCALES; scale++, length /= 2) {
      if (scale > 0) plane = halved(plane, 2 * length)
      all.push(magnitudes(plane, length))
    }
  }
  return all
}

export function gradientDeviation(a: Gradients, b: Gradients): number {
  return a.reduce((sum, plane, i) => sum + deviation(plane, b[i]!), 0) / a.length
}

/** Zero on the border. */
function magnitudes(plane: Float32Array, side: number): Float32Array {
  const out = new Float32Array(plane.length)
  for (let y = 1; y < side - 1; y++) {
    for (let at = y * side + 1; at < (y + 1) * side - 1; at++) {
      const leftUp = plane[at - side - 1]!
      const rightUp = plane[at - side + 1]!
      const leftDown = plane[at + side - 1]!
      const rightDown = plane[at + side + 1]!
      const across = rightUp + plane[at + 1]! + rightDown - leftUp - plane[at - 1]! - leftDown
      const down = leftDown + plane[at + side]! + rightDown - leftUp - plane[at - side]! - rightUp
      out[at] = Math.sqrt(across * across + down * down) / 3
    }
  }
  return out
}

function deviation(a: Float32Array, b: Float32Array): number {
  let sum = 0
  let squares = 0
  for (let at = 0; at < a.length; at++) {
    const p = a[at]!
    const q = b[at]!
    const similarity = (2 * p * q + CALM) / (p * p + q * q + CALM)
    sum += similarity
    squares += similarity * similarity
  }
  const mean = sum / a.length
  return Math.sqrt(Math.max(0, squares / a.length - mean * mean))
}

function halved(plane: Float32Array, side: number): Float32Array {
  const half = side / 2
  const out = new Float32Array(half * half)
  for (let y = 0, to = 0; y < half; y++) {
    for (let x = 0; x < half; x++, to++) {
      const at = 2 * y * side + 2 * x
      out[to] = (plane[at]! + plane[at + 1]! + plane[at + side]! + plane[at + side + 1]!) / 4
    }
  }
  return out
}
