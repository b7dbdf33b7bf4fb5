import type { PackedStroke } from './strokes.ts'

/** Whether two packed strokes are the same in everything, wherever they lie. */
export function isSameStroke(a: PackedStroke, b: PackedStroke): boolean {
  return (
    a === b ||
    (a.id === b.id &&
      a.by === b.by &&
      a.tool === b.tool &&
      a.color === b.color &&
      a.swatch === b.swatch &&
      a.width === b.width &&
      a.points.length === b.points.length &&
      a.points.every((byte, i) => byte === b.points[i]))
  )
}
