/**
 * Files that the server reads and the browser cannot: drawings with layers, and whole rooms. They go as they are, told by their first
 * bytes; checked before a byte is sent.
 */
import { fileKindOf } from '../shared/fileKind.ts'
import { limits } from '../shared/limits.ts'
import { problemOf } from './api/api.ts'

const types = {
  psd: 'image/vnd.adobe.photoshop',
  ora: 'image/openraster',
  nurie: 'application/vnd.nurie',
} as const

/** For a file input: browsers know few of these types, but all endings. */
export const acceptedFiles = [...Object.values(types), '.psd', '.ora', '.nurie'].join(',')

/** So far in a file its kind is told: a zip archive's after its first header. */
const HEAD = 100

/** What it is to be sent as; null for any other file. @throws Problem when it is too large. */
export async function layeredFile(file: Blob): Promise<{ type: string } | null> {
  const kind = fileKindOf(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()))
  if (kind !== 'psd' && kind !== 'ora' && kind !== 'nurie') return null
  if (file.size > limits.fileBytes) throw problemOf('file-too-large')
  return { type: types[kind] }
}
