/**
 * The reference pictures this browser keeps beside each page (IndexedDB, a database of its own: nothing that happens to it touches the
 * strokes in deviceStore.ts). Nothing of them is ever sent. What is not kept is not promised: every write rejects when it fails.
 */
import { openDB, type DBSchema } from 'idb'

export type KeptReference = { id: string; name: string; picture: Blob; at: number }

export type ReferenceStore = {
  /** Oldest first. */
  all(): Promise<KeptReference[]>
  put(reference: KeptReference): Promise<void>
  remove(id: string): Promise<void>
  close(): void
}

interface Schema extends DBSchema {
  references: {
    key: [string, string]
    value: KeptReference & { room: string }
    indexes: { room: string }
  }
}

/** Null when this browser keeps nothing. `name`: the database's. */
export async function openReferenceStore(
  room: string,
  name = 'nurie-references',
): Promise<ReferenceStore | null> {
  const database = await openDB<Schema>(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('references', { keyPath: ['room', 'id'] }).createIndex('room', 'room')
    },
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  }).catch(() => null)
  if (!database) return null
  return {
    async all() {
      const kept = await database.getAllFromIndex('references', 'room', room)
      return kept.sort((a, b) => a.at - b.at)
    },
    async put(reference) {
      await database.put('references', { ...reference, room })
    },
    remove: (id) => database.delete('references', [room, id]),
    close: () => database.close(),
  }
}
