/** A store that forgets with the process: for tests that are not about the disk. */
/* eslint-disable @typescript-eslint/require-await -- the contract is asynchronous, a map is not */
import type { RoomRecord, Store } from './store.ts'

export function memoryStore(): Store {
  const rooms = new Map<
    string,
    { record: RoomRecord; png: Uint8Array; updates: Uint8Array[]; reserved: number }
  >()
  const roomOf = (id: string) => {
    const room = rooms.get(id)
    if (!room) throw new Error('no such room')
    return room
  }
  return {
    async addRoom(record, png) {
      if (rooms.has(record.id)) throw new Error('there is such a room already')
      rooms.set(record.id, { record, png, updates: [], reserved: 0 })
    },
    findRoom: async (id) => rooms.get(id)?.record,
    linePng: async (id) => rooms.get(id)?.png,
    updates: async (id) => [...(rooms.get(id)?.updates ?? [])],
    async append(updates) {
      for (const { room, bytes } of updates) roomOf(room).updates.push(bytes.slice())
    },
    async reserveRevisions(id, count) {
      const room = roomOf(id)
      room.reserved += count
      return room.reserved - count + 1
    },
    probe: async () => {},
    close: async () => {},
  }
}
