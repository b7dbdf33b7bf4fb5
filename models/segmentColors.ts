/**
 * The colors of segments (shared/segments.ts) in a picture: what they are on average, and pictures with some of them moved. The
 * training code makes the same (training/segments.py), for the refinement network sees the draft also as its flats.
 *
 * Pictures are of the page alone; segments and ink have `stride` pixels a row and may be padded right and below.
 */
import type { RgbPicture } from '../shared/picture.ts'
import type { WorkSize } from '../shared/workSize.ts'

/** Pixels with less ink than this tell a segment's color; those on lines are mixed with what lies beside. */
const CLEAN_INK = 24
/** A segment all of whose pixels are on lines still has a color. */
const LINE_WEIGHT = 1e-6
const UNIT = 1 / 255

/** A partition of a page: regions or segments. */
type Parts = { ids: Int32Array; count: number }

/** Three planes of one picture, one after the other: reds, then greens, then blues. */
export type Planes = Float32Array

/** Mean red, green, blue (0..1) of each segment, one segment after the other. `ink`: one byte a pixel. */
export function segmentMeans(
  { width, height, rgb }: RgbPicture,
  { ids, count }: Parts,
  ink: Uint8Array,
  stride: number,
): Float64Array {
  const means = new Float64Array(3 * count)
  const weights = new Float64Array(count)
  for (let y = 0, from = 0; y < height; y++) {
    for (let at = y * stride, end = at + width; at < end;) {
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
        red += weight * rgb[from]!
        green += weight * rgb[from + 1]!
        blue += weight * rgb[from + 2]!
        from += 3
      } while (++at < end && ids[at] === segment)
      weights[segment] = total
      means[to] = red
      means[to + 1] = green
      means[to + 2] = blue
    }
  }
  for (let segment = 0, i = 0; segment < count; segment++) {
    const scale = weights[segment] === 0 ? 0 : UNIT / weights[segment]!
    for (const end = i + 3; i < end; i++) means[i]! *= scale
  }
  return means
}

/** Moves every segment of a picture by its offset (three numbers a segment, of colors 0..1), in place; most are often zero. */
export function shiftSegments(
  { width, height, rgb }: RgbPicture,
  { ids }: Parts,
  offsets: Float64Array,
  stride: number,
): void {
  for (let y = 0, to = 0; y < height; y++) {
    for (let at = y * stride, end = at + width; at < end;) {
      const segment = ids[at]!
      const red = 255 * offsets[3 * segment]!
      const green = 255 * offsets[3 * segment + 1]!
      const blue = 255 * offsets[3 * segment + 2]!
      if (red === 0 && green === 0 && blue === 0) {
        for (; at < end && ids[at] === segment; at++) to += 3
        continue
      }
      for (; at < end && ids[at] === segment; at++, to += 3) {
        rgb[to] = byteOf(rgb[to]! + red)
        rgb[to + 1] = byteOf(rgb[to + 1]! + green)
        rgb[to + 2] = byteOf(rgb[to + 2]! + blue)
      }
    }
  }
}

const byteOf = (value: number) => (value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0)

/** A picture as numbers 0..1, the padding like its nearest pixels. Written into `planes`. */
export function paintPicture(
  { width, height, rgb }: RgbPicture,
  { paddedWidth: stride, paddedHeight: rows }: WorkSize,
  planes: Planes,
): void {
  const pixels = stride * rows
  const blues = 2 * pixels
  for (let y = 0, from = 0; y < height; y++) {
    for (let at = y * stride, end = at + width; at < end; at++, from += 3) {
      planes[at] = rgb[from]! * UNIT
      planes[pixels + at] = rgb[from + 1]! * UNIT
      planes[blues + at] = rgb[from + 2]! * UNIT
    }
  }
  for (let plane = 0; plane < 3 * pixels; plane += pixels) {
    for (let row = plane; width < stride && row < plane + height * stride; row += stride)
      planes.fill(planes[row + width - 1]!, row + width, row + stride)
    const last = plane + (height - 1) * stride
    for (let row = last + stride; row < plane + pixels; row += stride)
      planes.copyWithin(row, last, last + stride)
  }
}

/** Every segment in its color (three numbers a segment, 0..1). Written into `planes`. */
export function paintSegments(colors: Float64Array, { ids }: Parts, planes: Planes): void {
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
}
