/**
 * What kind of file bytes are, whatever their name or header says: pictures, layered drawings, or a whole room. By their first bytes;
 * whether they are a sound one is for its reader to find.
 */
import { startsWith } from './startsWith.ts'

export const fileKinds = ['png', 'jpeg', 'webp', 'psd', 'ora', 'nurie'] as const
export type FileKind = (typeof fileKinds)[number]

/** What a zip archive says it is, first and stored, so that it stands at this place. */
const MIMETYPE_AT = 30
const archives = { 'image/openraster': 'ora', 'application/vnd.nurie': 'nurie' } as const

export function fileKindOf(bytes: Uint8Array): FileKind | undefined {
  if (startsWith(bytes, '\x89PNG\r\n\x1a\n')) return 'png'
  if (startsWith(bytes, '\xff\xd8\xff')) return 'jpeg'
  if (startsWith(bytes, 'RIFF') && startsWith(bytes, 'WEBP', 8)) return 'webp'
  if (startsWith(bytes, '8BPS')) return 'psd'
  if (!startsWith(bytes, 'PK\x03\x04') || !startsWith(bytes, 'mimetype', MIMETYPE_AT)) return undefined
  const types = Object.entries(archives)
  return types.find(([type]) => startsWith(bytes, type, MIMETYPE_AT + 'mimetype'.length))?.[1]
}
