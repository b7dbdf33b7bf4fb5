/** A fill as the stroke it is stored as: one point, and as `width` the gaps in the lines that it closes. */
import { packStroke, type PackedStroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { newStrokeId } from './brush.ts'
import { FULL_PRESSURE, UNITS } from './pen.ts'

/** Gaps in the lines that a fill closes, in page pixels per 1000 pixels of the page's long side. */
const FILL_GAP = 6

/** The same in 1/8 page pixels. */
export const fillGap = ({ width, height }: Size) =>
  Math.round((FILL_GAP * UNITS * Math.max(width, height)) / 1000)

/** `x`, `y` in 1/8 page pixels. Null beside the page. */
export function fillStroke(
  { x, y }: { x: number; y: number },
  page: Size,
  paint: { by: string; color: number; swatch?: string },
): PackedStroke | null {
  if (x < 0 || y < 0 || x >= page.width * UNITS || y >= page.height * UNITS) return null
  const width = fillGap(page)
  return packStroke({ id: newStrokeId(), tool: 'fill', ...paint, width, points: [x, y, FULL_PRESSURE] })
}
