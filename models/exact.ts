/**
 * Exact mode: what brings every hinted segment of a refined picture to its hint's color. The network's shading stays, for the
 * whole segment is moved by the same amount, so that its mean is the hint.
 */
import type { HintMap } from '../shared/hintmap.ts'
import type { Segments } from '../shared/segments.ts'

/** Three numbers a segment, 0 for those without a hint. `means`: the segments' colors now (segmentMeans), 0..1. */
export function exactOffsets(
  means: Float64Array,
  segments: Segments,
  { map }: { map: HintMap },
): Float64Array {
  const hints = new Uint32Array(segments.count)
  const { ids, hinted } = segments
  for (let at = 0; at < ids.length; at++) {
    if (hinted[ids[at]!] === 1) hints[ids[at]!] = map.color[at]!
  }
  return means.map((mean, i) => {
    const segment = Math.floor(i / 3)
    if (!hinted[segment]) return 0
    return ((hints[segment]! >>> (8 * (i % 3))) & 0xff) / 255 - mean
  })
}
