/** Strokes that could not be sent, as a file people and programs can read (shared/strokesJson.ts). */
import type { PackedStroke } from '../../shared/strokes.ts'
import { strokesJson } from '../../shared/strokesJson.ts'

export const STROKES_SUFFIX = '.nurie-strokes'

export function strokesFile(room: string, strokes: readonly PackedStroke[]): Blob {
  return new Blob([JSON.stringify(strokesJson(strokes, room))], { type: 'application/json' })
}
