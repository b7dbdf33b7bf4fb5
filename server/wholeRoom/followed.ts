/**
 * The page of a .nurie file as a document of ours: its steps done one after the other by a Yjs client of the server's, so that the
 * page has a log like every other, belongs to nobody who could write on, and is what the file says in the end. Everything a file can ask
 * for is bounded, by what a room may hold and by what its log may.
 */
import * as Y from 'yjs'
import type { NurieFile, NurieStep } from '../../files/nurieFile.ts'
import { limits } from '../../shared/limits.ts'
import { Refusal } from '../../shared/refusal.ts'
import { pageOf, paletteOf, strokesOf } from '../../shared/strokes.ts'
import { PAGE_ENTRIES } from '../rooms/values.ts'
import type { Snapshot } from '../storage/store.ts'
import { contentOf } from '../history/content.ts'
import { restore } from '../history/restore.ts'

export type PageBounds = {
  strokes: number
  /** Of a document, encoded. */
  roomBytes: number
  /** Of the log and of the documents of versions, each of them all together. */
  logBytes: number
}

export type Followed = {
  /** In order, numbered from 1. */
  entries: { at: number; bytes: Uint8Array }[]
  /** The Yjs client that wrote them. */
  client: number
  document: Uint8Array
  /** The document after so many steps, for each number asked for; and how many strokes it holds. */
  versions: Map<number, Snapshot & { strokes: number }>
}

/** `wanted`: after how many steps the document is wanted. @throws Refusal */
export function followed(
  file: Pick<NurieFile, 'steps' | 'strokes' | 'settings' | 'palette' | 'savedAt'>,
  wanted: ReadonlySet<number>,
  bounds: PageBounds,
): Followed {
  const doc = new Y.Doc()
  const entries: Followed['entries'] = []
  const versions: Followed['versions'] = new Map()
  let at = 0
  let logBytes = 0
  let versionBytes = 0
  doc.on('update', (bytes: Uint8Array) => {
    entries.push({ at, bytes })
    logBytes += bytes.length
  })

  const refuseTooMuch = (isTooMuch: boolean) => {
    if (isTooMuch) throw new Refusal('nurie-beyond-limits')
  }
  const encoded = () => {
    const bytes = Y.encodeStateAsUpdate(doc)
    refuseTooMuch(bytes.length > bounds.roomBytes)
    return bytes
  }
  const keep = (count: number) => {
    if (!wanted.has(count)) return
    const bytes = encoded()
    versionBytes += bytes.length
    refuseTooMuch(versionBytes > bounds.logBytes)
    versions.set(count, { seq: entries.length, bytes, strokes: strokesOf(doc).length })
  }

  keep(0)
  for (const [i, step] of file.steps.entries()) {
    // A clock that was set back does not turn the order round.
    at = Math.max(at, step.at)
    doc.transact(() => take(doc, step, bounds.strokes))
    refuseTooMuch(logBytes > bounds.logBytes)
    keep(i + 1)
  }
  if ([...wanted].some((count) => !versions.has(count))) throw new Refusal('broken-nurie')
  // The page is what the file says it is, however it came to be.
  at = Math.max(at, file.savedAt)
  const { strokes, settings, palette } = file
  refuseTooMuch(strokes.length > bounds.strokes)
  doc.transact(() => restore(doc, { strokes, page: settings, palette }, contentOf(doc)))
  refuseTooMuch(logBytes > bounds.logBytes)
  return { entries, client: doc.clientID, document: encoded(), versions }
}

function take(doc: Y.Doc, { strokes, settings, palette }: NurieStep, most: number): void {
  const list = strokesOf(doc)
  let place = 0
  for (const splice of strokes) {
    if ('add' in splice) {
      if (list.length + splice.add.length > most) throw new Refusal('nurie-beyond-limits')
      list.insert(place, [...splice.add])
      place += splice.add.length
      continue
    }
    const count = 'keep' in splice ? splice.keep : splice.remove
    if (place + count > list.length) throw new Refusal('broken-nurie')
    if ('keep' in splice) place += count
    else list.delete(place, count)
  }
  takeEntries(pageOf(doc), settings, PAGE_ENTRIES)
  takeEntries(paletteOf(doc), palette, limits.paletteEntries)
}

function takeEntries(map: Y.Map<unknown>, entries: Readonly<Record<string, unknown>>, most: number): void {
  for (const [key, value] of Object.entries(entries)) {
    if (value === null) map.delete(key)
    else map.set(key, value)
  }
  if (Object.keys(entries).length > 0 && map.size > most) throw new Refusal('nurie-beyond-limits')
}
