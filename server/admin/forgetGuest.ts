/**
 * Deletes what a room knows of a person. Their name, color and unanswered comments go at once; comments that others answered are emptied,
 * and what they made is nobody's. Their strokes stay, by a random id that names nobody, or are undone: then the room's history and its
 * versions that hold them go too, so that nothing of them is left. What lies elsewhere (backups, saved files, browsers) is not reached.
 */
import * as Y from 'yjs'
import { readStrokes, strokesOf } from '../../shared/strokes.ts'
import { SERVER } from '../rooms/claims.ts'
import { pageOf } from '../retention/retention.ts'
import type { Store } from '../storage/store.ts'
import { documentOf } from './roomList.ts'

export type Forgotten = { strokes: number; versions: number }

/** Another server may add to the room meanwhile. */
const ATTEMPTS = 10

/** `settled`: resolves when every server has read what was undone. */
export async function forgetGuest(
  store: Store,
  room: string,
  guest: string,
  { undo, settled = () => Promise.resolve() }: { undo: boolean; settled?(): Promise<void> },
): Promise<Forgotten> {
  await store.forgetGuest(room, guest)
  if (!undo) return { strokes: 0, versions: 0 }
  const strokes = await undoStrokes(store, room, guest)
  if (strokes > 0) await settled()
  return { strokes, versions: await dropHistory(store, room, guest) }
}

async function undoStrokes(store: Store, room: string, guest: string): Promise<number> {
  const doc = await documentOf(store, room)
  const list = strokesOf(doc)
  const mine = readStrokes(doc).filter(({ by }) => by === guest)
  if (mine.length === 0) return 0
  const before = Y.encodeStateVector(doc)
  doc.transact(() => {
    for (let i = list.length - 1; i >= 0; i--)
      if ((list.get(i) as { by?: unknown }).by === guest) list.delete(i)
  })
  await store.append([{ room, guest: SERVER, bytes: Y.encodeStateAsUpdate(doc, before) }])
  return mine.length
}

async function dropHistory(store: Store, room: string, guest: string): Promise<number> {
  let dropped = 0
  for (const { id } of await store.versions(room)) {
    const version = await store.version(room, id)
    if (version && !holds(version.bytes, guest)) continue
    await store.removeVersion(room, id)
    dropped++
  }
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const use = (await store.roomUses()).find(({ id }) => id === room)
    if (!use) return dropped
    if (await store.archiveRoom(room, await pageOf(store, room), use.usedAt, Date.now())) {
      if (use.archivedAt === undefined) await store.useRooms([room])
      return dropped
    }
  }
  throw new Error(
    'people paint in this room all the time: its history could not be removed. Try again later.',
  )
}

function holds(document: Uint8Array, guest: string): boolean {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, document)
  return readStrokes(doc).some(({ by }) => by === guest)
}
