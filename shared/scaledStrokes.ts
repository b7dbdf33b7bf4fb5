/** Strokes painted on a page, for the same drawing at another size. */
import { limits } from './limits.ts'
import type { Stroke } from './strokes.ts'
import type { Size } from './workSize.ts'

/**
 * The strokes of a page of size `from` as they lie on one of size `to`; the very same list when both are equal, undefined when their
 * sides are not in the same ratio (but for a pixel that rounding made). What would be beyond the limits of strokes is at them.
 */
export function scaledStrokes(
  strokes: readonly Stroke[],
  from: Size,
  to: Size,
): readonly Stroke[] | undefined {
  if (from.width === to.width && from.height === to.height) return strokes
  const most = Math.max(from.width, from.height, to.width, to.height)
  if (Math.abs(from.width * to.height - from.height * to.width) > most) return undefined
  const [across, down] = [to.width / from.width, to.height / from.height]
  // A strip of a few pixels is rounded by much: its longer side tells.
  const scale = from.width > from.height ? across : down
  const within = (most: number, value: number) => Math.max(-most, Math.min(most, Math.round(value)))
  return strokes.map((stroke) => ({
    ...stroke,
    width: Math.max(stroke.tool === 'fill' ? 0 : 1, within(limits.strokeWidth, scale * stroke.width)),
    points: stroke.points.map((value, i) =>
      i % 3 === 2 ? value : within(limits.coordinate, (i % 3 === 0 ? across : down) * value),
    ),
  }))
}
