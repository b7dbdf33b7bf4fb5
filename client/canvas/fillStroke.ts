/** A fill as the stroke it is stored as: one point, and as `width` the gaps in the lines that it closes. */
import { limits } from '../../shared/limits.ts'
import { packStroke, type PackedStroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { newStrokeId } from './paint.ts'
import { FULL_PRESSURE, UNITS } from './pen.ts'
import type { Point } from './view.ts'

export type FillPaint = { by: string; color: number; swatch?: string | undefined }

/** `place` and `gap` in page pixels. Null beside the page. */
export function fillStroke(place: Point, page: Size, gap: number, paint: FillPaint): PackedStroke | null {
  if (!isOnPage(place, page)) return null
  const { swatch, ...rest } = paint
  return packStroke({
    id: newStrokeId(),
    tool: 'fill',
    ...rest,
    ...(swatch !== undefined && { swatch }),
    width: Math.min(limits.strokeWidth, Math.round(gap * UNITS)),
    points: [Math.round(place.x * UNITS), Math.round(place.y * UNITS), FULL_PRESSURE],
  })
}

export const isOnPage = ({ x, y }: Point, { width, height }: Size) =>
  x >= 0 && y >= 0 && x < width && y < height
