/** The rooms there are and who was in them, for operators: by hashes unless ids are asked for, for an id is half of a link. */
import * as Y from 'yjs'
import { readStrokes, pageOf as settingsOf } from '../../shared/strokes.ts'
import { guestLabel, roomLabel } from '../log.ts'
import { pageOf } from '../retention/retention.ts'
import type { RoomUse, Store } from '../storage/store.ts'

type Naming = { ids: boolean }

export type ListedRoom = {
  room: string
  title: string
  /** Missing where the log is damaged. */
  strokes?: number
  guests: number
  bytes: number
  created: string
  used: string
  state: 'kept' | 'archived' | 'condemned'
}

/** The one used last first. Reads every page: slow where there are many. */
export async function listRooms(store: Store, { ids }: Naming): Promise<ListedRoom[]> {
  const [uses, sizes] = [await store.roomUses(), await store.roomSizes()]
  const listed: ListedRoom[] = []
  for (const use of uses) {
    const { bytes = 0, guests = 0 } = sizes.get(use.id) ?? {}
    listed.push({
      room: ids ? use.id : roomLabel(use.id),
      ...(await looked(store, use)),
      guests,
      bytes,
      created: new Date(use.createdAt).toISOString(),
      used: new Date(use.usedAt).toISOString(),
      state: use.condemnedAt !== undefined ? 'condemned' : use.archivedAt !== undefined ? 'archived' : 'kept',
    })
  }
  return listed
}

async function looked(store: Store, use: RoomUse): Promise<{ title: string; strokes?: number }> {
  const doc = await documentOf(store, use.id).catch(() => undefined)
  if (!doc) return { title: use.title }
  const title = settingsOf(doc).get('title')
  return { title: typeof title === 'string' && title ? title : use.title, strokes: readStrokes(doc).length }
}

export async function listGuests(store: Store, room: string, { ids }: Naming) {
  const strokes = readStrokes(await documentOf(store, room))
  return (await store.guests(room)).map(({ id, name, role, removed }) => ({
    guest: ids ? id : guestLabel(room, id),
    name,
    role,
    strokes: strokes.filter(({ by }) => by === id).length,
    ...(removed && { removed }),
  }))
}

/** The page as its log makes it. Rejects when that is damaged. */
export async function documentOf(store: Pick<Store, 'log'>, room: string): Promise<Y.Doc> {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, (await pageOf(store, room)).bytes)
  return doc
}
