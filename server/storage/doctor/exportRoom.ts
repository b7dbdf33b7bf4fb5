/** A room as files that outlive Nurie: the line art, the strokes as JSON, and the Yjs document, as far as they are undamaged. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as Y from 'yjs'
import { packStroke, pageOf, paletteOf, readStrokes } from '../../../shared/strokes.ts'
import { strokesJson } from '../../../shared/strokesJson.ts'
import { StoreFault } from '../storeFault.ts'
import { openForReading } from './examine.ts'
import { everythingGood } from './repair.ts'

/** Gives the number of strokes. Throws when there is no such room. */
export function exportRoom(file: string, room: string, folder: string): number {
  const database = openForReading(file)
  const record = database.prepare('select title, width, height from rooms where id = ?').get(room) as
    { title: string; width: number; height: number } | undefined
  if (!record) throw new StoreFault('no-room', `there is no room ${room}`)
  const art = database.prepare('select png from line_art where room = ?').get(room) as
    { png: ArrayBuffer } | undefined
  const update = everythingGood(database, room)
  database.close()
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  const strokes = readStrokes(doc)
  const { title, width, height } = record
  const page = {
    title,
    width,
    height,
    page: pageOf(doc).toJSON(),
    palette: paletteOf(doc).toJSON(),
    ...strokesJson(strokes.map(packStroke)),
  }
  mkdirSync(folder, { recursive: true })
  if (art) writeFileSync(join(folder, 'line.png'), new Uint8Array(art.png))
  writeFileSync(join(folder, 'strokes.json'), JSON.stringify(page, null, 1))
  writeFileSync(join(folder, 'document.yjs'), update)
  return strokes.length
}
