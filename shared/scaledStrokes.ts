/** Strokes painted on a page, for the same drawing at another size. */
import type { Stroke } from './strokes.ts'
import type { Size } from './workSize.ts'

/**
 * The strokes of a page of size `from` as they lie on one of size `to`; the very same list when both are equal, undefined when their
 * sides are not in the same ratio (but for a pixel that rounding made).
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
  return strokes.map((stroke) => ({
    ...stroke,
    width:
      stroke.tool === 'fill'
        ? Math.round(scale * stroke.width)
        : Math.max(1, Math.round(scale * stroke.width)),
    points: stroke.points.map((value, i) =>
      i % 3 === 2 ? value : Math.round((i % 3 === 0 ? across : down) * value),
    ),
  }))
}
