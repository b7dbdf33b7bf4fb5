/**
 * The segments of a hinted page: its regions, those with hints of several colors split where the hint map splits them. A
 * region nobody hinted is one segment, whoever's colors met over its lines. What lies in one segment should be one color.
 */
import { LINE_INK } from './fill.ts'
import type { HintMap } from './hintmap.ts'
import type { Regions } from './regions.ts'

export type Segments = {
  /** Each pixel's segment, 0 .. `count` - 1. */
  readonly ids: Int32Array
  readonly count: number
  /** One byte a segment: 1 where it has a hint of its own. */
  readonly hinted: Uint8Array
  /** The region of each segment. */
  readonly regions: Int32Array
}

/** Finds the segments. `ink` and `map` in the geometry of `regions`. */
export function segmentsOf(regions: Regions, map: HintMap, ink: Uint8Array): Segments {
  const regionIds = regions.ids
  const colors = map.color
  const hasHint = hintedRegions(regions, map, ink)
  const ids = new Int32Array(regionIds.length)
  const names = new SegmentNames(regions.count)
  // Neighbours mostly are of one segment.
  let region = -1
  let isHinted = false
  let color = 0
  let segment = 0
  for (let at = 0; at < ids.length; at++) {
    if (regionIds[at] !== region || (isHinted && colors[at] !== color)) {
      region = regionIds[at]!
      isHinted = hasHint[region] === 1
      color = isHinted ? colors[at]! : 0
      segment = names.of(region, color)
    }
    ids[at] = segment
  }
  return { ids, ...names.all() }
}

/** One byte a region: 1 where a hint lies in it, not on its lines. */
function hintedRegions({ ids, count }: Regions, { near }: HintMap, ink: Uint8Array): Uint8Array {
  const hasHint = new Uint8Array(count)
  for (let at = 0; at < ids.length; at++) {
    if (near[at] === 255 && ink[at]! < LINE_INK) hasHint[ids[at]!] = 1
  }
  return hasHint
}

/** Numbers segments in the order they are met. */
class SegmentNames {
  readonly #hinted: number[] = []
  readonly #regions: number[] = []
  /** Segment of each unhinted region; of each hinted one its segments by color. */
  readonly #whole: Int32Array
  readonly #split = new Map<number, Map<number, number>>()

  constructor(regionCount: number) {
    this.#whole = new Int32Array(regionCount).fill(-1)
  }

  /** `color`: 0 in a region without hints. */
  of(region: number, color: number): number {
    if (color === 0) {
      if (this.#whole[region]! < 0) this.#whole[region] = this.#add(region, 0)
      return this.#whole[region]!
    }
    let colors = this.#split.get(region)
    if (!colors) this.#split.set(region, (colors = new Map<number, number>()))
    let segment = colors.get(color)
    if (segment === undefined) colors.set(color, (segment = this.#add(region, 1)))
    return segment
  }

  all(): Omit<Segments, 'ids'> {
    const count = this.#hinted.length
    return { count, hinted: Uint8Array.from(this.#hinted), regions: Int32Array.from(this.#regions) }
  }

  #add(region: number, isHinted: 0 | 1): number {
    this.#regions.push(region)
    return this.#hinted.push(isHinted) - 1
  }
}
