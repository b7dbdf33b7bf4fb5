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
  const { ids: regionIds, count: regionCount } = regions
  const hasHint = new Uint8Array(regionCount)
  for (let at = 0; at < regionIds.length; at++) {
    if (map.near[at] === 255 && ink[at]! < LINE_INK) hasHint[regionIds[at]!] = 1
  }
  const ids = new Int32Array(regionIds.length)
  const hinted: number[] = []
  const regionOf: number[] = []
  const add = (region: number, isHinted: 0 | 1) => {
    regionOf.push(region)
    return hinted.push(isHinted) - 1
  }
  /** Segment of each unhinted region; of each hinted one its segments by color. */
  const whole = new Int32Array(regionCount).fill(-1)
  const split = new Map<number, Map<number, number>>()
  let lastRegion = -1
  let lastColor = 0
  let last = 0
  for (let at = 0; at < ids.length; at++) {
    const region = regionIds[at]!
    const color = hasHint[region] ? map.color[at]! : 0
    if (region !== lastRegion || color !== lastColor) {
      lastRegion = region
      lastColor = color
      if (color === 0) {
        if (whole[region]! < 0) whole[region] = add(region, 0)
        last = whole[region]!
      } else {
        let colors = split.get(region)
        if (!colors) split.set(region, (colors = new Map<number, number>()))
        const known = colors.get(color)
        last = known ?? add(region, 1)
        if (known === undefined) colors.set(color, last)
      }
    }
    ids[at] = last
  }
  return { ids, count: hinted.length, hinted: Uint8Array.from(hinted), regions: Int32Array.from(regionOf) }
}
