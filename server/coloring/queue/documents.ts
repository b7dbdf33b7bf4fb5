/**
 * The documents of the rooms a worker colored last, followed by their numbers in the log: what is new is read, not all of it again.
 * Nothing here is written anywhere; the least used goes when there are too many.
 */
import * as Y from 'yjs'
import { StrokeReader, type Stroke } from '../../../shared/strokes.ts'
import type { Store } from '../../storage/store.ts'
import type { EncodedPatch } from '../colorist.ts'

/** `clock`: of every Yjs client in it. */
export type LoggedRoom = {
  line: Uint8Array
  finished: readonly EncodedPatch[]
  strokes: readonly Stroke[]
  clock: Record<string, number>
}
type Followed = {
  doc: Y.Doc
  reader: StrokeReader
  line: Uint8Array
  finished: readonly EncodedPatch[]
  seq: number
  changes: number
  isDamaged: boolean
}

export type DocumentsOptions = {
  store: Pick<Store, 'heads' | 'log' | 'entries' | 'linePng' | 'finished'>
  most?: number
  /** A room is not followed any more. */
  onGone(room: string): void
}

const MOST = 64

export function openDocuments({ store, most = MOST, onGone }: DocumentsOptions) {
  /** In the order of their last use. */
  const rooms = new Map<string, Followed>()

  function drop(room: string): void {
    const followed = rooms.get(room)
    if (!followed) return
    rooms.delete(room)
    followed.doc.destroy()
    onGone(room)
  }

  async function open(room: string, changes: number): Promise<Followed | undefined> {
    const [log, line, finished] = await Promise.all([
      store.log(room),
      store.linePng(room),
      store.finished(room),
    ])
    if (!line) return undefined
    const doc = new Y.Doc()
    if (log.snapshot) Y.applyUpdate(doc, log.snapshot.bytes)
    for (const { bytes } of log.entries) Y.applyUpdate(doc, bytes)
    const seq = log.entries.at(-1)?.seq ?? log.snapshot?.seq ?? 0
    const isDamaged = log.damagedAt !== undefined
    return { doc, reader: new StrokeReader(doc), line, finished, seq, changes, isDamaged }
  }

  /** False when the log does not go on from there any more. */
  async function follow(room: string, followed: Followed, seq: number): Promise<boolean> {
    if (followed.isDamaged || followed.seq >= seq) return true
    const entries = await store.entries(room, followed.seq + 1)
    if (entries[0]?.seq !== followed.seq + 1) return false
    for (const { bytes, seq } of entries) {
      Y.applyUpdate(followed.doc, bytes)
      followed.seq = seq
    }
    return true
  }

  return {
    /** The room as the log has it now; undefined when there is none. One call for a room at a time. */
    async read(room: string): Promise<LoggedRoom | undefined> {
      const head = (await store.heads([room])).get(room)
      if (!head) {
        drop(room)
        return undefined
      }
      let followed = rooms.get(room)
      if (followed && !(await follow(room, followed, head.seq))) followed = undefined
      followed ??= await open(room, head.changes)
      if (!followed) return undefined
      if (followed.changes !== head.changes) {
        followed.finished = await store.finished(room)
        followed.changes = head.changes
      }
      rooms.delete(room)
      rooms.set(room, followed)
      for (const other of rooms.keys()) {
        if (rooms.size <= most) break
        drop(other)
      }
      const clock = Object.fromEntries(Y.decodeStateVector(Y.encodeStateVector(followed.doc)))
      return { line: followed.line, finished: followed.finished, strokes: followed.reader.read(), clock }
    },
  }
}
