/**
 * What this browser keeps of one room (IndexedDB): the changes this person made, oldest first, and the strokes set aside because
 * the server refused them. Saved changes stay for a month: a server restored from a backup may lack them. Every
 * write is one transaction, promised only once it is on the disk, and told to the other tabs of the room.
 *
 * All rooms lie in one database.
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb'
import type { PackedStroke } from '../../shared/strokes.ts'
import type { OwnChange } from './ownChange.ts'

export type KeptChange = Pick<OwnChange, 'update' | 'settings'> & { key: number; isSaved: boolean }
export type StrokeAside = { stroke: PackedStroke; code: string; text: string; at: number }
/** What another tab of this room wrote. */
export type News = { come: KeptChange[]; gone: number[]; aside: boolean }

export type DeviceStore = {
  changes(): Promise<KeptChange[]>
  /**
   * Takes changes out and puts others in their place. Null, and nothing is changed, when one of `gone` is not there any more:
   * another tab did it before.
   */
  exchange(
    gone: readonly number[],
    come: readonly OwnChange[],
    aside?: readonly StrokeAside[],
  ): Promise<number[] | null>
  markSaved(keys: readonly number[]): Promise<void>
  aside(): Promise<StrokeAside[]>
  dropAside(ids: readonly string[]): Promise<void>
  onNews(listener: (news: News) => void): void
  close(): void
}

interface Schema extends DBSchema {
  changes: {
    key: number
    value: { room: string; at: number; isSaved: boolean; update: Uint8Array; settings: OwnChange['settings'] }
    indexes: { room: string; at: number }
  }
  aside: { key: [string, string]; value: StrokeAside & { room: string }; indexes: { room: string } }
}

/** A browser that does not answer by then (a disk that hangs) works without; a busy one takes seconds, and what it keeps is not to be missed. */
const PATIENCE_MS = 15_000
const SAVED_KEPT_MS = 30 * 24 * 3_600_000
/** Acknowledged only after the disk has it. */
const STRICT = { durability: 'strict' } as const

/** Null when this browser keeps nothing. `name`: the database's. */
export async function openDeviceStore(room: string, name = 'nurie'): Promise<DeviceStore | null> {
  try {
    const database = await withPatience(openDatabase(name))
    await forgetOld(database)
    return storeOf(database, room, new BroadcastChannel(`${name}:${room}`))
  } catch {
    // Whatever it was, the page works without and says so.
    return null
  }
}

const openDatabase = (name: string) =>
  openDB<Schema>(name, 1, {
    upgrade(database) {
      const changes = database.createObjectStore('changes', { autoIncrement: true })
      changes.createIndex('room', 'room')
      changes.createIndex('at', 'at')
      database.createObjectStore('aside', { keyPath: ['room', 'stroke.id'] }).createIndex('room', 'room')
    },
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  })

function withPatience<Result>(promise: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('This browser does not open its database.')), PATIENCE_MS)
  })
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer))
}

async function forgetOld(database: IDBPDatabase<Schema>): Promise<void> {
  const store = database.transaction('changes', 'readwrite').store
  const old = IDBKeyRange.upperBound(Date.now() - SAVED_KEPT_MS)
  for (let at = await store.index('at').openCursor(old); at; at = await at.continue()) {
    if (at.value.isSaved) await at.delete()
  }
}

function storeOf(database: IDBPDatabase<Schema>, room: string, channel: BroadcastChannel): DeviceStore {
  const tell = (news: Partial<News>) => channel.postMessage({ come: [], gone: [], aside: false, ...news })
  return {
    async changes() {
      const found: KeptChange[] = []
      const index = database.transaction('changes').store.index('room')
      for (let at = await index.openCursor(room); at; at = await at.continue()) {
        const { update, settings, isSaved } = at.value
        found.push({ key: at.primaryKey, update, settings, isSaved })
      }
      return found
    },

    async exchange(gone, come, aside = []) {
      const work = database.transaction(['changes', 'aside'], 'readwrite', STRICT)
      const changes = work.objectStore('changes')
      const there = await Promise.all(gone.map((key) => changes.getKey(key)))
      if (there.includes(undefined)) return null
      const writes = come.map(({ update, settings }) =>
        changes.add({ room, at: Date.now(), isSaved: false, update, settings }),
      )
      const others = [
        ...gone.map((key) => changes.delete(key)),
        ...aside.map((each) => work.objectStore('aside').put({ ...each, room })),
      ]
      const [keys] = await Promise.all([Promise.all(writes), ...others, work.done])
      const kept = come.map(({ update, settings }, i) => ({
        key: keys[i]!,
        update,
        settings,
        isSaved: false,
      }))
      tell({ come: kept, gone: [...gone], aside: aside.length > 0 })
      return keys
    },

    async markSaved(keys) {
      const work = database.transaction('changes', 'readwrite')
      for (const key of keys) {
        const value = await work.store.get(key)
        if (value) await work.store.put({ ...value, isSaved: true }, key)
      }
      await work.done
    },

    aside: () => database.getAllFromIndex('aside', 'room', room),

    async dropAside(ids) {
      const work = database.transaction('aside', 'readwrite', STRICT)
      await Promise.all([...ids.map((id) => work.store.delete([room, id])), work.done])
      tell({ aside: true })
    },

    onNews(listener) {
      channel.onmessage = (message: MessageEvent<News>) => listener(message.data)
    },

    close() {
      channel.close()
      database.close()
    },
  }
}
