/** Line assist: where a straight line from one place to another ends. */
import type { PenSample } from './pen.ts'

const STEP = Math.PI / 12

/** The end of a line from `from` towards `to`: at `to`, or `snapped` to the nearest 15 degrees of the page, as far along. */
export function lineEnd(from: PenSample, to: PenSample, snapped: boolean): PenSample {
  if (!snapped) return to
  const angle = STEP * Math.round(Math.atan2(to.y - from.y, to.x - from.x) / STEP)
  const length = (to.x - from.x) * Math.cos(angle) + (to.y - from.y) * Math.sin(angle)
  return {
    x: Math.round(from.x + length * Math.cos(angle)),
    y: Math.round(from.y + length * Math.sin(angle)),
    pressure: to.pressure,
  }
}
