/**
 * Mean colors of segments (shared/segments.ts): what a draft says about each area as a whole. The training code makes the same
 * (training/segments.py), for the refinement network sees the draft also as its flats.
 */

/** Pixels with less ink than this tell a segment's color; those on lines are mixed with what lies beside. */
const CLEAN_INK = 24
/** A segment all of whose pixels are on lines still has a color. */
const LINE_WEIGHT = 1e-6

/** A partition of a page: regions or segments. */
type Parts = { ids: Int32Array; count: number }

/** Three planes of one picture, one after the other: `pixels` reds, then greens, then blues. */
export type Planes = Float32Array

/** Red, green, blue of each segment, one segment after the other. `ink`: one byte a pixel. */
export function segmentMeans(planes: Planes, segments: Parts, ink: Uint8Array): Float64Array {
  const { ids, count } = segments
  const pixels = ids.length
  const sums = new Float64Array(3 * count)
  const weights = new Float64Array(count)
  for (let at = 0; at < pixels; at++) {
    const weight = ink[at]! < CLEAN_INK ? 1 : LINE_WEIGHT
    const segment = ids[at]!
    weights[segment]! += weight
    sums[3 * segment]! += weight * planes[at]!
    sums[3 * segment + 1]! += weight * planes[pixels + at]!
    sums[3 * segment + 2]! += weight * planes[2 * pixels + at]!
  }
  for (let segment = 0; segment < count; segment++) {
    const weight = weights[segment]!
    if (weight === 0) continue
    for (let channel = 0; channel < 3; channel++) sums[3 * segment + channel]! /= weight
  }
  return sums
}

/** Every segment in its color (`colors` as segmentMeans gives them). */
export function fillSegments(colors: Float64Array, { ids }: Parts): Planes {
  const pixels = ids.length
  const to = new Float32Array(3 * pixels)
  for (let at = 0; at < pixels; at++) {
    const from = 3 * ids[at]!
    to[at] = colors[from]!
    to[pixels + at] = colors[from + 1]!
    to[2 * pixels + at] = colors[from + 2]!
  }
  return to
}

/** Adds to every pixel its segment's share of `offsets` (three numbers a segment). */
export function shiftSegments(planes: Planes, { ids }: Parts, offsets: Float64Array): void {
  const pixels = ids.length
  for (let at = 0; at < pixels; at++) {
    const from = 3 * ids[at]!
    planes[at]! += offsets[from]!
    planes[pixels + at]! += offsets[from + 1]!
    planes[2 * pixels + at]! += offsets[from + 2]!
  }
}
