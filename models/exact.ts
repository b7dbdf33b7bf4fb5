/**
 * Exact mode: what brings every hinted segment of a refined picture to its hint's color. The network's shading stays, for the
 * whole segment is moved by the same amount, so that its mean is the hint.
 */
import type { Segments } from '../shared/segments.ts'

/** Three numbers a segment, 0 for those without a hint. `means`: the segments' colors now (segmentMeans), 0..1. */
export function exactOffsets(means: Float64Array, { colors }: Segments): Float64Array {
  return means.map((mean, i) => {
    const color = colors[Math.floor(i / 3)]!
    return color === 0 ? 0 : ((color >>> (8 * (i % 3))) & 0xff) / 255 - mean
  })
}
