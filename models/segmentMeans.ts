/**
 * Mean colors of segments (shared/segments.ts): what a draft says about each area as a whole. The training code makes the same
 * (training/segments.py), for the refinement network sees the draft also as its flats.
 */
import type { RgbPicture } from '../shared/picture.ts'

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
  const means = new Float64Array(3 * count)
  const weights = new Float64Array(count)
  const blues = 2 * pixels
  for (let at = 0; at < pixels;) {
    // Neighbours mostly are of one segment: a run's sums stay in variables.
    const segment = ids[at]!
    const to = 3 * segment
    let total = weights[segment]!
    let red = means[to]!
    let green = means[to + 1]!
    let blue = means[to + 2]!
    do {
      const weight = ink[at]! < CLEAN_INK ? 1 : LINE_WEIGHT
      total += weight
      red += weight * planes[at]!
      green += weight * planes[pixels + at]!
      blue += weight * planes[blues + at]!
    } while (++at < pixels && ids[at] === segment)
    weights[segment] = total
    means[to] = red
    means[to + 1] = green
    means[to + 2] = blue
  }
  for (let i = 0; i < means.length; i++) {
    const weight = weights[Math.floor(i / 3)]!
    if (weight !== 0) means[i]! /= weight
  }
  return means
}

/** The same of a picture's pixels: its segments' colors as 0..1. */
export function pictureMeans({ rgb }: RgbPicture, { ids, count }: Parts, ink: Uint8Array): Float64Array {
  const means = new Float64Array(3 * count)
  const weights = new Float64Array(count)
  for (let at = 0; at < ids.length; at++) {
    const segment = ids[at]!
    const weight = ink[at]! < CLEAN_INK ? 1 : LINE_WEIGHT
    weights[segment]! += weight
    for (let part = 0; part < 3; part++) means[3 * segment + part]! += (weight * rgb[3 * at + part]!) / 255
  }
  return means.map((sum, i) => sum / (weights[Math.floor(i / 3)]! || 1))
}

/** Every segment in its color (`colors` as segmentMeans gives them), written into `planes`. */
export function fillSegments(
  colors: Float64Array,
  { ids }: Parts,
  planes: Planes = new Float32Array(3 * ids.length),
): Planes {
  const pixels = ids.length
  const blues = 2 * pixels
  for (let at = 0; at < pixels;) {
    const segment = ids[at]!
    const red = colors[3 * segment]!
    const green = colors[3 * segment + 1]!
    const blue = colors[3 * segment + 2]!
    for (; at < pixels && ids[at] === segment; at++) {
      planes[at] = red
      planes[pixels + at] = green
      planes[blues + at] = blue
    }
  }
  return planes
}

/** Adds to every pixel its segment's share of `offsets` (three numbers a segment); most are often zero. */
export function shiftSegments(planes: Planes, { ids }: Parts, offsets: Float64Array): void {
  const pixels = ids.length
  const blues = 2 * pixels
  for (let at = 0; at < pixels;) {
    const segment = ids[at]!
    const red = offsets[3 * segment]!
    const green = offsets[3 * segment + 1]!
    const blue = offsets[3 * segment + 2]!
    if (red === 0 && green === 0 && blue === 0) {
      while (at < pixels && ids[at] === segment) at++
      continue
    }
    for (; at < pixels && ids[at] === segment; at++) {
      planes[at]! += red
      planes[pixels + at]! += green
      planes[blues + at]! += blue
    }
  }
}

/** The same for a picture: `segments` have `stride` pixels a row, offsets are of colors 0..1. */
export function shiftPicture(
  { width, height, rgb }: RgbPicture,
  { ids }: Parts,
  stride: number,
  offsets: Float64Array,
): void {
  for (let y = 0, to = 0; y < height; y++) {
    for (let at = y * stride, end = at + width; at < end;) {
      const segment = ids[at]!
      const red = 255 * offsets[3 * segment]!
      const green = 255 * offsets[3 * segment + 1]!
      const blue = 255 * offsets[3 * segment + 2]!
      const isStill = red === 0 && green === 0 && blue === 0
      for (; at < end && ids[at] === segment; at++, to += 3) {
        if (isStill) continue
        rgb[to] = clamped(rgb[to]! + red)
        rgb[to + 1] = clamped(rgb[to + 1]! + green)
        rgb[to + 2] = clamped(rgb[to + 2]! + blue)
      }
    }
  }
}

const clamped = (value: number) => Math.min(255, Math.max(0, Math.round(value)))
