/** What every store must do (store.ts). A driver's own test is this suite and what only it can do. */
import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { newKeys } from '../rooms/access.ts'
import type { RoomRecord, Store } from './store.ts'

const record = (): RoomRecord => ({
  id: randomUUID(),
  title: 'Two cats – 猫',
  width: 1400,
  height: 1312,
  keyHashes: newKeys().hashes,
})
const png = () => new Uint8Array(randomBytes(3000))

/** `store` is opened once for the whole suite; `reopen` closes it and opens the same data again, where that can be. */
export function storeContract(store: () => Store, reopen?: () => Promise<void>): void {
  const again = reopen ?? (() => Promise.resolve())

  describe('store contract', () => {
    it('P3 keeps a room and its line art as they were given', async () => {
      const room = record()
      const line = png()
      await store().addRoom(room, line)
      await again()
      expect(await store().findRoom(room.id)).toEqual(room)
      expect(await store().linePng(room.id)).toEqual(line)
      expect(await store().updates(room.id)).toEqual([])
    })

    it('P3 knows no room that was not added', async () => {
      expect(await store().findRoom('nowhere')).toBeUndefined()
      expect(await store().linePng('nowhere')).toBeUndefined()
      expect(await store().updates('nowhere')).toEqual([])
    })

    it('P3 refuses a second room of an id, and keeps the first', async () => {
      const room = record()
      await store().addRoom(room, png())
      await expect(store().addRoom({ ...room, title: 'Another' }, png())).rejects.toThrow()
      expect(await store().findRoom(room.id)).toEqual(room)
    })

    it('P3 gives updates back in order, each room its own, over restarts', async () => {
      const [a, b] = [record(), record()]
      await store().addRoom(a, png())
      await store().addRoom(b, png())
      const bytes = Array.from({ length: 60 }, (_, i) => new Uint8Array([i, ...randomBytes(i)]))
      for (let i = 0; i < 60; i += 6) {
        await store().append(
          bytes.slice(i, i + 6).map((each, k) => ({ room: (i + k) % 2 === 0 ? a.id : b.id, bytes: each })),
        )
        if (i === 30) await again()
      }
      await again()
      expect(await store().updates(a.id)).toEqual(bytes.filter((_, i) => i % 2 === 0))
      expect(await store().updates(b.id)).toEqual(bytes.filter((_, i) => i % 2 === 1))
    })

    it('P3 appends bytes that are a part of a larger buffer, and empty lists', async () => {
      const room = record()
      await store().addRoom(room, png())
      const large = new Uint8Array(randomBytes(1000))
      await store().append([{ room: room.id, bytes: large.subarray(100, 110) }])
      await store().append([])
      expect(await store().updates(room.id)).toEqual([large.slice(100, 110)])
    })

    it('R4 reserves revisions that were never reserved, over restarts', async () => {
      const room = record()
      await store().addRoom(room, png())
      expect(await store().reserveRevisions(room.id, 100)).toBe(1)
      await again()
      expect(await store().reserveRevisions(room.id, 10)).toBe(101)
      expect(await store().reserveRevisions(room.id, 10)).toBe(111)
      await expect(store().reserveRevisions('nowhere', 10)).rejects.toThrow()
    })

    it('P3 probes', async () => {
      await expect(store().probe()).resolves.toBeUndefined()
    })
  })
}
