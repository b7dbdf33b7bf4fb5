import { afterEach, expect, it, vi } from 'vitest'
import { openLog } from '../log.ts'
import { newRoom } from '../rooms/access.ts'
import type { Room } from '../rooms/room.ts'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import { openVersions } from './versions.ts'

afterEach(() => void vi.useRealTimers())

const keeping = { kind: 'named', name: 'Blue', guest: 'ann' } as const

async function setUp(pictures = { thumbnail: () => Promise.resolve(Uint8Array.of(1)), forget: () => {} }) {
  const store = memoryStore()
  const { record } = newRoom({ title: '', width: 8, height: 8 })
  await store.addRoom(record, Uint8Array.of(1))
  await store.append([{ room: record.id, bytes: Uint8Array.of(0, 0), guest: 'ann' }])
  const room = {
    id: record.id,
    strokes: () => [],
    snapshot: () => Promise.resolve({ seq: 1, bytes: Uint8Array.of(0, 0) }),
  } as unknown as Room
  return { store, room, versions: openVersions(store, pictures, openLog('silent')) }
}

it('T1 what the disk does not take is refused with a sentence, and is no version', async () => {
  const { store, room, versions } = await setUp()
  vi.spyOn(store, 'addVersion').mockRejectedValueOnce(new Error('disk'))
  await expect(versions.keep(room, keeping)).rejects.toMatchObject({ code: 'not-saved' })
  expect(await versions.list(room.id)).toEqual([])
})

it('T1 nobody waits for ever for a disk that takes nothing', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { room, versions } = await setUp()
  const kept = versions.keep({ ...room, snapshot: () => new Promise<never>(() => {}) }, keeping)
  const refused = expect(kept).rejects.toMatchObject({ code: 'not-saved' })
  await vi.advanceTimersByTimeAsync(10_000)
  await refused
})

it('T4 a version whose picture could not be made is kept without one', async () => {
  const { room, versions } = await setUp({
    thumbnail: () => Promise.reject(new Error('no picture')),
    forget: () => {},
  })
  const { version } = await versions.keep(room, keeping)
  expect(await versions.list(room.id)).toEqual([version])
  await expect(versions.thumbnail(room.id, version.id)).rejects.toMatchObject({ code: 'no-frame' })
})

it('T1 a version that was damaged on disk is told from one that never was', async () => {
  const { store, room, versions } = await setUp()
  const { version } = await versions.keep(room, keeping)
  vi.spyOn(store, 'version').mockResolvedValueOnce(undefined)
  await expect(versions.find(room.id, version.id)).rejects.toMatchObject({ code: 'version-damaged' })
  await expect(versions.find(room.id, 'x')).rejects.toMatchObject({ code: 'version-not-found' })
})
