/**
 * Exact mode: what brings every hinted segment of a refined picture to its hint's color. The network's shading stays, for the
 * whole segment is moved by the same amount, so that its mean is the hint.
 */
import type { RgbPicture } from '../shared/picture.ts'
import type { Segments } from '../shared/segments.ts'

/**
 * Three numbers a segment; `others` for those without a hint that do not look like one that has one (`twins`, twins.ts). `means`: the
 * segments' colors now (segmentMeans), 0..1.
 */
export function exactOffsets(
  means: Float64Array,
  { colors }: Segments,
  twins: Int32Array,
  others: Float64Array,
): Float64Array {
  return means.map((mean, i) => {
    const segment = Math.floor(i / 3)
    const twin = twins[segment]!
    const color = colors[twin >= 0 ? twin : segment]!
    return color === 0 ? others[i]! : ((color >>> (8 * (i % 3))) & 0xff) / 255 - mean
  })
}

/**
 * Flats in which every segment that has a hint, or looks like one that has, is exactly the hint's color; with `colors` (three numbers,
 * 0..1, a segment) all others are those. `ids` in the geometry of the flats, which are changed.
 */
export function exactFlats(
  { rgb }: RgbPicture,
  { ids, colors }: Pick<Segments, 'ids' | 'colors'>,
  twins: Int32Array,
  others?: Float64Array,
): void {
  for (let at = 0; at < ids.length; at++) {
    const segment = ids[at]!
    const twin = twins[segment]!
    const hint = colors[twin >= 0 ? twin : segment]!
    if (hint === 0 && !others) continue
    for (let part = 0; part < 3; part++)
      rgb[3 * at + part] =
        hint === 0 ? Math.round(255 * others![3 * segment + part]!) : (hint >>> (8 * part)) & 0xff
  }
}
