/**
 * Twins: a region nobody hinted takes the color of a hinted one that looks like it. Who paints one eye means both; a hint of its
 * own overrides it at once.
 */
import type { Segments } from '../shared/segments.ts'
import type { Shapes } from './shapes.ts'

/** For each segment the hinted segment whose color it takes, or -1. A region with hints of several colors has no twins. */
export function twinSegments(segments: Segments, shapes: Shapes): Int32Array {
  const { count, hinted, regions } = segments
  const twins = new Int32Array(count).fill(-1)
  const segmentOf = new Map<number, number>()
  const hintsIn = new Map<number, number>()
  for (let segment = 0; segment < count; segment++) {
    segmentOf.set(regions[segment]!, segment)
    if (hinted[segment]) hintsIn.set(regions[segment]!, (hintsIn.get(regions[segment]!) ?? 0) + 1)
  }
  for (const [region, hints] of hintsIn) {
    if (hints > 1) continue
    for (const other of shapes.twinsOf(region)) {
      const segment = segmentOf.get(other)
      if (segment !== undefined && !hinted[segment] && twins[segment] === -1)
        twins[segment] = segmentOf.get(region)!
    }
  }
  return twins
}
