/**
 * Flats: a picture reduced to one color a segment, the median of what it shows there. Hard edges, nothing soft: what colorists
 * select from. A pixel on a line counts only where a segment has no others.
 */
import type { RgbPicture } from './picture.ts'
import type { Segments } from './segments.ts'

/** Pixels with more ink than this are on a line. */
const CLEAN_INK = 24

/** `picture`, `segments` and `ink` (one byte a pixel) are of one size. The picture is not changed. */
export function flatsOf(picture: RgbPicture, { ids, count }: Segments, ink: Uint8Array): RgbPicture {
  const pixels = ids.length
  const clean = new Int32Array(count)
  for (let at = 0; at < pixels; at++) if (ink[at]! <= CLEAN_INK) clean[ids[at]!]!++
  // The pixels that count, segment by segment.
  const starts = new Int32Array(count + 1)
  const counts = (at: number) => ink[at]! <= CLEAN_INK || clean[ids[at]!] === 0
  for (let at = 0; at < pixels; at++) if (counts(at)) starts[ids[at]! + 1]!++
  for (let segment = 0; segment < count; segment++) starts[segment + 1]! += starts[segment]!
  const order = new Int32Array(starts[count]!)
  const next = starts.slice()
  for (let at = 0; at < pixels; at++) if (counts(at)) order[next[ids[at]!]!++] = at
  const colors = new Uint8Array(3 * count)
  const histogram = new Int32Array(256)
  for (let segment = 0; segment < count; segment++) {
    const from = starts[segment]!
    const to = starts[segment + 1]!
    for (let channel = 0; channel < 3; channel++) {
      histogram.fill(0)
      for (let i = from; i < to; i++) histogram[picture.rgb[3 * order[i]! + channel]!]!++
      let value = 0
      for (let seen = histogram[0]!; 2 * seen < to - from; seen += histogram[value]!) value++
      colors[3 * segment + channel] = value
    }
  }
  const rgb = new Uint8Array(3 * pixels)
  for (let at = 0; at < pixels; at++) {
    const from = 3 * ids[at]!
    rgb[3 * at] = colors[from]!
    rgb[3 * at + 1] = colors[from + 1]!
    rgb[3 * at + 2] = colors[from + 2]!
  }
  return { width: picture.width, height: picture.height, rgb }
}
