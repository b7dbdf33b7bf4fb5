/**
 * The rooms this browser can open without a network: of each the line art, the document and the last picture as this device last saw
 * them (IndexedDB, a database of its own). Only the last so many are kept. What this person did is kept apart, in deviceStore.ts, and
 * never hangs on a copy: an old copy, or none, loses nothing.
 */
import type { DBSchema, IDBPDatabase } from 'idb'
import type { SentHeader } from '../../shared/protocol.ts'
import type { Session } from '../api/api.ts'
import { withDatabase } from '../withDatabase.ts'

export type RoomCopy = {
  session: Omit<Session, 'token'>
  /** The document, as one Yjs update. */
  state: Uint8Array
  lineArt: Blob
  /** A frame as the server sends them, whole. */
  picture?: { header: SentHeader; bytes: Uint8Array<ArrayBuffer> }
}

interface Schema extends DBSchema {
  copies: { key: string; value: RoomCopy & { room: string; at: number }; indexes: { at: number } }
}

const MOST = 20

const withCopies = <Result>(name: string, work: (database: IDBPDatabase<Schema>) => Promise<Result>) =>
  withDatabase<Schema, Result>(
    name,
    (fresh) => fresh.createObjectStore('copies', { keyPath: 'room' }).createIndex('at', 'at'),
    work,
  )

/** `name`: the database's. */
export const roomCopies = (name = 'nurie-copies') => ({
  get: (room: string): Promise<RoomCopy | undefined> =>
    withCopies(name, (database) => database.get('copies', room)),

  put: (room: string, copy: RoomCopy): Promise<void> =>
    withCopies(name, async (database) => {
      const { store, done } = database.transaction('copies', 'readwrite')
      await store.put({ ...copy, room, at: Date.now() })
      let surplus = (await store.count()) - MOST
      for (let at = await store.index('at').openCursor(); at && surplus > 0; at = await at.continue()) {
        await at.delete()
        surplus--
      }
      await done
    }),

  forget: (room: string): Promise<void> => withCopies(name, (database) => database.delete('copies', room)),
})
