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
  /** The hint's color of each segment as a raster pixel, 0 where it has none. */
  readonly colors: Uint32Array
  /** The region of each segment. */
  readonly regions: Int32Array
}

/** Finds the segments. `ink` and `map` in the geometry of `regions`. */
export function segmentsOf(regions: Regions, map: HintMap, ink: Uint8Array): Segments {
  const regionIds = regions.ids
  const colors = signed(map.color)
  const hints = hintsIn(regions, map.near, colors, ink)
  const ids = new Int32Array(regionIds.length)
  const names = new SegmentNames(regions.count)
  // Neighbours mostly are of one segment.
  let region = -1
  let own: Set<number> | undefined
  let seen = 0
  let color = 0
  let segment = 0
  for (let at = 0; at < ids.length; at++) {
    const isNew = regionIds[at] !== region
    if (isNew || (own && colors[at] !== seen)) {
      seen = colors[at]!
      region = regionIds[at]!
      if (isNew) own = hints[region]
      const next = own ? colors[at]! : 0
      // What came over a line counts as what lies beside it.
      if (!own || own.has(next)) color = next
      else if (isNew) color = own.values().next().value!
      segment = names.of(region, color)
    }
    ids[at] = segment
  }
  return { ids, ...names.all() }
}

/** The colors hinted in each region, not on its lines, in reading order; nothing for a region without hints. */
function hintsIn(
  { ids, count }: Regions,
  near: Uint8Array,
  colors: Int32Array,
  ink: Uint8Array,
): (Set<number> | undefined)[] {
  const hints = new Array<Set<number> | undefined>(count)
  // Neighbours mostly are of one hint.
  let region = -1
  let last = 0
  for (let at = 0; at < ids.length; at++) {
    if (near[at] !== 255 || ink[at]! >= LINE_INK || (ids[at] === region && colors[at] === last)) continue
    region = ids[at]!
    last = colors[at]!
    const known = hints[region]
    if (known) known.add(last)
    else hints[region] = new Set([last])
  }
  return hints
}

/** The same numbers below 2^31: larger ones are objects to V8, one for each pixel that is looked at. */
const signed = ({ buffer, byteOffset, length }: Uint32Array) => new Int32Array(buffer, byteOffset, length)

/** Numbers segments in the order they are met. */
class SegmentNames {
  readonly #colors: number[] = []
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
      if (this.#whole[region]! < 0) this.#whole[region] = this.#add(region, color)
      return this.#whole[region]!
    }
    let colors = this.#split.get(region)
    if (!colors) this.#split.set(region, (colors = new Map<number, number>()))
    let segment = colors.get(color)
    if (segment === undefined) colors.set(color, (segment = this.#add(region, color)))
    return segment
  }

  all(): Omit<Segments, 'ids'> {
    const colors = Uint32Array.from(this.#colors)
    const hinted = Uint8Array.from(colors, (color) => (color === 0 ? 0 : 1))
    return { count: colors.length, hinted, colors, regions: Int32Array.from(this.#regions) }
  }

  #add(region: number, color: number): number {
    this.#regions.push(region)
    return this.#colors.push(color) - 1
  }
}
