/**
 * The rooms this device was in, newest first, each with a small picture of its page (IndexedDB, a database of its own). Nothing of it is
 * ever sent, and no key lies here: those are in keyring.ts. Where the browser keeps nothing the list is empty.
 */
import type { DBSchema, IDBPDatabase } from 'idb'
import type { Role } from '../../shared/protocol.ts'
import type { Size } from '../../shared/workSize.ts'
import { withDatabase } from '../withDatabase.ts'

/** `at`: when this device was last in it, in ms since 1970. */
export type RecentRoom = { room: string; title: string; role: Role; at: number; page: Size; picture?: Blob }

interface Schema extends DBSchema {
  rooms: { key: string; value: RecentRoom; indexes: { at: number } }
}

/** The oldest beyond these are forgotten. */
const MOST = 24

const within = <Result>(name: string, work: (database: IDBPDatabase<Schema>) => Promise<Result>) =>
  withDatabase<Schema, Result>(
    name,
    (fresh) => fresh.createObjectStore('rooms', { keyPath: 'room' }).createIndex('at', 'at'),
    work,
  )

/** `name`: the database's. */
export function recentRooms(name = 'nurie-recent') {
  return {
    list: async (): Promise<RecentRoom[]> =>
      ((await within(name, (database) => database.getAllFromIndex('rooms', 'at'))) ?? []).reverse(),

    /** Without a picture the one that is there stays. */
    async note(news: RecentRoom): Promise<void> {
      await within(name, async (database) => {
        const work = database.transaction('rooms', 'readwrite')
        const before = await work.store.get(news.room)
        await work.store.put({ ...(before?.picture && { picture: before.picture }), ...news })
        const keys = await work.store.index('at').getAllKeys()
        for (const old of keys.slice(0, Math.max(0, keys.length - MOST))) await work.store.delete(old)
        await work.done
      })
    },

    async forget(room: string): Promise<void> {
      await within(name, (database) => database.delete('rooms', room))
    },
  }
}
