/**
 * Exact mode: what brings every hinted segment of a refined picture to its hint's color. The network's shading stays, for the
 * whole segment is moved by the same amount, so that its mean is the hint.
 */
import type { HintMap } from '../shared/hintmap.ts'
import type { Segments } from '../shared/segments.ts'
import { segmentMeans, type Planes } from './segmentMeans.ts'

/** Three numbers a segment, 0 for those without a hint. `layer`: the color layer, 0..1; `map` and `ink` of the same size. */
export function exactOffsets(
  layer: Planes,
  segments: Segments,
  { map, ink }: { map: HintMap; ink: Uint8Array },
): Float64Array {
  const means = segmentMeans(layer, segments, ink)
  const hints = new Uint32Array(segments.count)
  segments.ids.forEach((segment, at) => {
    if (segments.hinted[segment]) hints[segment] = map.color[at]!
  })
  return means.map((mean, i) => {
    const segment = Math.floor(i / 3)
    if (!segments.hinted[segment]) return 0
    return ((hints[segment]! >>> (8 * (i % 3))) & 0xff) / 255 - mean
  })
}
