/**
 * Strokes that could not be sent, as a file people and programs can read: JSON, coordinates and widths in 1/8 page pixels, a
 * point as x, y and pressure (0..255).
 */
import { decodePoints } from '../../shared/points.ts'
import type { PackedStroke } from '../../shared/strokes.ts'

export const STROKES_SUFFIX = '.nurie-strokes'

export function strokesFile(room: string, strokes: readonly PackedStroke[]): Blob {
  const readable = strokes.map(({ points, color, ...stroke }) => ({
    ...stroke,
    color: `#${color.toString(16).padStart(6, '0')}`,
    points: triples(decodePoints(points) ?? []),
  }))
  const content = { format: 'nurie-strokes', version: 1, room, strokes: readable }
  return new Blob([JSON.stringify(content)], { type: 'application/json' })
}

function triples(flat: ArrayLike<number>): number[][] {
  return Array.from({ length: flat.length / 3 }, (_, i) => [flat[3 * i]!, flat[3 * i + 1]!, flat[3 * i + 2]!])
}
