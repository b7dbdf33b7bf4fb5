/**
 * Twins: a region nobody hinted takes the color of a hinted one that looks like it. Who paints one eye means both; a hint of its
 * own overrides it at once. In the same way a pocket of the paper that nobody hinted (shared/pockets.ts) is paper.
 */
import type { Regions } from '../shared/regions.ts'
import type { Segments } from '../shared/segments.ts'
import type { Shapes } from './shapes.ts'

/** For each segment the segment whose color it takes, or -1. A region with hints of several colors has no twins. */
export function twinSegments(segments: Segments, { paperOf }: Regions, shapes: Shapes): Int32Array {
  const { count, hinted, regions } = segments
  const twins = new Int32Array(count).fill(-1)
  /** The only segment of each region, or -1. */
  const whole = new Map<number, number>()
  for (let segment = 0; segment < count; segment++) {
    const region = regions[segment]!
    whole.set(region, whole.has(region) ? -1 : segment)
  }
  const give = (region: number, twin: number) => {
    const segment = whole.get(region) ?? -1
    if (segment >= 0 && twin >= 0 && !hinted[segment] && twins[segment] === -1) twins[segment] = twin
  }
  for (const [region, segment] of whole) {
    if (paperOf[region]! >= 0) give(region, whole.get(paperOf[region]!) ?? -1)
    if (segment < 0 || !hinted[segment]) continue
    for (const other of shapes.twinsOf(region)) give(other, segment)
  }
  return twins
}
