/** The only file that knows zip archives: ORA and .nurie files are some. */
import { zipSync, type Zippable } from 'fflate'

/** `stored`: as it is, not packed: pictures that are packed already, and what must be readable in place. */
export type ZipEntry = { name: string; bytes: Uint8Array; stored?: boolean }

/** Of what is packed: coordinates get hardly smaller for three times the time. */
const LEVEL = 2

/** An archive of these entries in this order, with the same bytes for the same entries. */
export function zip(entries: readonly ZipEntry[]): Uint8Array {
  const files: Zippable = {}
  for (const { name, bytes, stored } of entries) files[name] = [bytes, { level: stored ? 0 : LEVEL }]
  return zipSync(files, { mtime: '1980-01-01T00:00:00Z' })
}
