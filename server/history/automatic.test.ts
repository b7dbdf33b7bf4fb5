import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { strokeOf, testColoring } from '../app.fixture.ts'
import { readConfig } from '../config.ts'
import { openLog } from '../log.ts'
import type { Room } from '../rooms/room.ts'
import { openLocalBus } from '../cluster/localBus.ts'
import { openRooms, type Hold, type Rooms } from '../rooms/rooms.ts'
import { openJournal } from '../storage/journal.ts'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import type { Store } from '../storage/store.ts'
import { CHANGES, openAutomatic, QUIET_MS } from './automatic.ts'
import { openVersions } from './versions.ts'

const { limits } = readConfig({ NURIE_LIMIT_IDLE_S: '10' })
const pictures = { thumbnail: () => Promise.resolve(Uint8Array.of(1)), forget: () => {} }

let store: Store
let rooms: Rooms
let id: string
let hold: Hold
let painted: number

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  store = memoryStore()
  painted = 0
  await start()
  id = (await rooms.create({ title: 'Page', width: 64, height: 64, png: Uint8Array.of(1) })).id
  hold = (await rooms.hold(id))!
})
afterEach(() => {
  rooms.close()
  vi.useRealTimers()
})

/** A server over what is stored. */
async function start() {
  const log = openLog('silent')
  const journal = openJournal({ append: (updates) => store.append(updates), onFailure() {} })
  const coloring = await testColoring().open({ frame() {}, status() {} })
  rooms = openRooms({
    store,
    bus: openLocalBus(),
    journal,
    coloring,
    limits,
    log,
    disk: () => 'well' as const,
  })
  openAutomatic({ rooms, store, versions: openVersions(store, pictures, log), log })
}

async function paint(room: Room, count = 1) {
  for (let i = 0; i < count; i++) {
    const doc = new Y.Doc()
    doc.clientID = 1000 + painted
    doc.getArray('strokes').push([strokeOf(`s${painted++}`, `guest ${painted >> 3}`)])
    room.offer(Y.encodeStateAsUpdate(doc), { guest: `guest ${painted >> 3}`, role: 'edit' }, undefined)
  }
  await room.saved()
}

/** Lets everything happen that needs no time. */
const settle = () => vi.advanceTimersByTimeAsync(0)
const kept = async () => (await store.versions(id)).map(({ strokes }) => strokes)

it('T2 a page that changed is kept once it was quiet, and once', async () => {
  await paint(hold.room, 3)
  await vi.advanceTimersByTimeAsync(QUIET_MS - 1)
  expect(await kept()).toEqual([])
  await paint(hold.room)
  await vi.advanceTimersByTimeAsync(QUIET_MS - 1)
  expect(await kept()).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(await kept()).toEqual([4])
  expect(await store.versions(id)).toMatchObject([{ kind: 'automatic', guest: '', name: '' }])
  await vi.advanceTimersByTimeAsync(5 * QUIET_MS)
  expect(await kept()).toEqual([4])
})

it('T2 what a guest has kept already is not kept again', async () => {
  await paint(hold.room, 3)
  await openVersions(store, pictures, openLog('silent')).keep(hold.room, {
    kind: 'named',
    name: 'Blue',
    guest: 'ann',
  })
  await vi.advanceTimersByTimeAsync(QUIET_MS)
  hold.release()
  await vi.advanceTimersByTimeAsync(QUIET_MS)
  hold = (await rooms.hold(id))!
  await vi.advanceTimersByTimeAsync(QUIET_MS)
  expect((await store.versions(id)).map(({ kind }) => kind)).toEqual(['named'])
})

it('T2 after many strokes the next breath is enough, and in the end none is waited for', async () => {
  await paint(hold.room, CHANGES)
  expect(await kept()).toEqual([])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await kept()).toEqual([CHANGES])
  for (let i = 0; i < 2 * CHANGES; i++) await paint(hold.room)
  await settle()
  expect(await kept()).toEqual([3 * CHANGES, CHANGES])
})

it('T2 a page that nobody painted is not kept', async () => {
  await vi.advanceTimersByTimeAsync(3 * QUIET_MS)
  expect(await kept()).toEqual([])
})

it('T2 what was not kept before everybody left is kept when the page is opened again, as it was then', async () => {
  await paint(hold.room, 2)
  const left = Date.now()
  hold.release()
  await vi.advanceTimersByTimeAsync(QUIET_MS)
  expect(rooms.open()).toBe(0)
  expect(await kept()).toEqual([])
  hold = (await rooms.hold(id))!
  await settle()
  expect(await store.versions(id)).toMatchObject([{ strokes: 2, at: left }])
  await paint(hold.room)
  await vi.advanceTimersByTimeAsync(QUIET_MS)
  expect(await kept()).toEqual([3, 2])
})

it('T2 a restart of the server forgets nothing of what is due', async () => {
  await paint(hold.room, CHANGES - 1)
  rooms.close()
  await start()
  hold = (await rooms.hold(id))!
  await settle()
  expect(await kept()).toEqual([])
  await paint(hold.room)
  await vi.advanceTimersByTimeAsync(2_000)
  expect(await kept()).toEqual([CHANGES])
})

it('T2 a version that could not be kept is tried again with the next change', async () => {
  const add = vi.spyOn(store, 'addVersion').mockRejectedValueOnce(new Error('disk'))
  await paint(hold.room)
  await vi.advanceTimersByTimeAsync(QUIET_MS)
  expect(add).toHaveBeenCalledOnce()
  expect(await kept()).toEqual([])
  await paint(hold.room)
  await vi.advanceTimersByTimeAsync(QUIET_MS)
  expect(await kept()).toEqual([2])
})
