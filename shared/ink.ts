/**
 * The ink of a page at its working size: one byte a pixel, 0 paper .. 255 solid ink. Integer arithmetic, so a browser and the
 * colorist get the same bytes from the same line art.
 */
import { whitenPaper } from './paper.ts'
import type { Size, WorkSize } from './workSize.ts'

const ONE = 4096

/** For each target index: the first source index it covers and the weights of the covered ones, summing to ONE. */
function coverage(from: number, to: number): { start: number; weights: number[] }[] {
  return Array.from({ length: to }, (_, i) => {
    // Edges in units of 1 / to source pixels, so they are integers.
    const left = i * from
    const right = left + from
    const start = Math.floor(left / to)
    const end = Math.floor((right + to - 1) / to)
    const weights: number[] = []
    let sum = 0
    for (let s = start; s < end; s++) {
      const overlap = Math.min(right, (s + 1) * to) - Math.max(left, s * to)
      const weight = Math.floor((overlap * ONE) / from)
      weights.push(weight)
      sum += weight
    }
    weights[weights.length >> 1]! += ONE - sum
    return { start, weights }
  })
}

/**
 * Brings line art (grey, one byte a pixel, white paper = 255) to `work`'s size as ink, padded with paper.
 *
 * A pixel is the mean of its area's average and its darkest point: an average alone fades a one-pixel line of a large page
 * to nothing, and color would cross it. Grey and unevenly lit paper becomes white first (paper.ts).
 */
export function inkAtWorkSize(grey: Uint8Array, page: Size, work: WorkSize): Uint8Array<ArrayBuffer> {
  const small = new Uint8Array(work.width * work.height)
  const columns = coverage(page.width, work.width)
  const rows = coverage(page.height, work.height)
  const sums = new Float64Array(work.width)
  const darkest = new Uint8Array(work.width)
  for (let y = 0; y < work.height; y++) {
    sums.fill(0)
    darkest.fill(255)
    const row = rows[y]!
    for (let j = 0; j < row.weights.length; j++) {
      const offset = (row.start + j) * page.width
      const rowWeight = row.weights[j]!
      for (let x = 0; x < work.width; x++) {
        const column = columns[x]!
        let sum = 0
        let dark = darkest[x]!
        for (let i = 0; i < column.weights.length; i++) {
          const value = grey[offset + column.start + i]!
          sum += value * column.weights[i]!
          if (value < dark) dark = value
        }
        sums[x]! += sum * rowWeight
        darkest[x] = dark
      }
    }
    for (let x = 0; x < work.width; x++) {
      const mean = Math.floor((sums[x]! + (ONE * ONE) / 2) / (ONE * ONE))
      small[y * work.width + x] = (mean + darkest[x]! + 1) >> 1
    }
  }
  whitenPaper(small, work)
  const ink = new Uint8Array(work.paddedWidth * work.paddedHeight)
  for (let y = 0; y < work.height; y++) {
    for (let x = 0; x < work.width; x++) ink[y * work.paddedWidth + x] = 255 - small[y * work.width + x]!
  }
  return ink
}
