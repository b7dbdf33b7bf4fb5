import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import {
  call,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  get,
  startServer,
  strokeOf,
  type TestServer,
} from '../app.fixture.ts'
import { startPostgres, type Postgres } from '../cluster/services.fixture.ts'
import { openLog } from '../log.ts'
import { newRoom } from '../rooms/access.ts'
import { openPostgres } from '../storage/postgres/postgres.ts'
import { memoryStore } from '../storage/sqlite/memoryStore.fixture.ts'
import type { Store } from '../storage/store.ts'
import { daily } from './daily.ts'
import { applyRetention, dueStep, dueSteps, type RetentionRules } from './retention.ts'

const DAY = 86_400_000
const log = openLog('silent')
const bounds = { entries: 1_000, bytes: 1_000_000 }
const rules: RetentionRules = { archiveDays: 30, deleteDays: 100, graceDays: 14 }

let postgres: Postgres
const stores: Record<string, () => Promise<Store>> = {
  SQLite: () => Promise.resolve(memoryStore()),
  PostgreSQL: async () => openPostgres(await postgres.database(), bounds),
}
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.end())

const run = (store: Store, days: number, how = rules) =>
  applyRetention({ store, rules: how, now: Date.now() + days * DAY, log, onStep() {} })
const none = { archived: 0, condemned: 0, deleted: 0, failed: 0 }

describe.each(Object.keys(stores))('%s', (name) => {
  it('Q60 an unused room is archived, condemned, and deleted when the grace is over; whoever comes before saves it', async () => {
    const store = await stores[name]!()
    const { record } = newRoom({ title: 'Two cats', width: 640, height: 480 })
    await store.addRoom(record, Uint8Array.of(1))
    const doc = new Y.Doc()
    doc.getArray('strokes').push([strokeOf('one', 'ann')])
    await store.append([{ room: record.id, guest: 'ann', bytes: Y.encodeStateAsUpdate(doc) }])
    expect(await run(store, 29)).toEqual(none)
    expect(await run(store, 31)).toEqual({ ...none, archived: 1 })
    expect(await run(store, 32)).toEqual(none)
    expect(await run(store, 101)).toEqual({ ...none, condemned: 1 })
    expect(await run(store, 114)).toEqual(none)
    expect(await store.useRooms([record.id])).toEqual(new Map([[record.id, 'condemned']]))
    expect(await run(store, 29)).toEqual(none)
    // Used again just now: all begins anew.
    expect(await run(store, 101)).toEqual({ ...none, condemned: 1 })
    // Without the setting nothing more is deleted.
    expect(await run(store, 500, { graceDays: 14 })).toEqual(none)
    expect(await store.findRoom(record.id)).toBeDefined()
    expect(await run(store, 116)).toEqual({ ...none, deleted: 1 })
    expect(await store.findRoom(record.id)).toBeUndefined()
    await store.close()
  })

  it('Q60 a room that somebody opens while it is about to go stays as it is', async () => {
    const store = await stores[name]!()
    const { record } = newRoom({ title: 'Two cats', width: 640, height: 480 })
    await store.addRoom(record, Uint8Array.of(1))
    await new Promise((resolve) => setTimeout(resolve, 2))
    const interrupted: Store = {
      ...store,
      async log(id) {
        const read = await store.log(id)
        await store.useRooms([id])
        return read
      },
    }
    expect(await run(interrupted, 31)).toEqual(none)
    expect((await store.roomUses())[0]).not.toHaveProperty('archivedAt')
    await store.close()
  })
})

it('Q60 without settings nothing is ever due, and the grace counts from the day a room was condemned', () => {
  const use = { id: 'a', title: '', createdAt: 0, usedAt: 0 }
  expect(dueStep(use, { graceDays: 14 }, 10_000 * DAY)).toBeUndefined()
  expect(dueStep({ ...use, condemnedAt: 200 * DAY }, rules, 213 * DAY)).toBe('archived')
  expect(dueStep({ ...use, condemnedAt: 200 * DAY }, rules, 214 * DAY)).toBe('deleted')
})

it('Q60 of several servers one does it at a time', async () => {
  const url = await postgres.database()
  const [one, two] = [await openPostgres(url, bounds), await openPostgres(url, bounds)]
  let finish = () => {}
  const first = one.alone(
    'retention',
    () => new Promise<string>((resolve) => (finish = () => resolve('done'))),
  )
  await expect.poll(() => two.alone('retention', () => Promise.resolve('at the same time'))).toBeUndefined()
  finish()
  expect(await first).toBe('done')
  expect(await two.alone('retention', () => Promise.resolve('later'))).toBe('later')
  await Promise.all([one.close(), two.close()])
})

it('Q60 once a day, also after a day on which it failed', async () => {
  vi.useFakeTimers()
  let [runs, failures] = [0, 0]
  const end = daily({
    work: () => Promise.resolve(++runs),
    alone: (work) => (runs === 1 && failures === 0 ? Promise.reject(new Error('away')) : work()),
    onFailure: () => void failures++,
    random: () => 0.5,
  })
  await vi.advanceTimersByTimeAsync(2 * 3_600_000)
  expect([runs, failures]).toEqual([1, 0])
  await vi.advanceTimersByTimeAsync(DAY)
  expect([runs, failures]).toEqual([1, 1])
  await vi.advanceTimersByTimeAsync(DAY)
  expect([runs, failures]).toEqual([2, 1])
  end()
  await vi.advanceTimersByTimeAsync(3 * DAY)
  expect(runs).toBe(2)
  vi.useRealTimers()
})

describe('a server', () => {
  let server: TestServer
  let store: Store
  afterAll(() => server.end())

  it('Q61 opening an archived room brings back all that is seen; one about to be deleted says that it stays', async () => {
    const memory = memoryStore()
    store = { ...memory, close: () => Promise.resolve() }
    server = await startServer({ NURIE_LIMIT_IDLE_S: '0' }, { openStore: () => store })
    const room = await createRoom(server)
    const ann = await enter(server, room, 'edit', { name: 'Ann' })
    const yjs = connectYjs(server, ann)
    await yjs.synced()
    const socket = connectSocket(server, ann)
    await socket.until('welcome')
    for (const id of ['one', 'two', 'three']) yjs.paint(id, ann.guest.id)
    await socket.until('saved', ({ clock }) => clock[yjs.doc.clientID] >= 3)
    expect(socket.count('notice')).toBe(0)
    expect((await call(server, ann, 'POST', 'comments', { x: 5, y: 5, text: 'hm' })).status).toBe(201)
    expect((await call(server, ann, 'POST', 'versions', { name: 'mine' })).status).toBe(201)
    const before = await (await get(server, ann, 'strokes')).text()
    yjs.close()
    socket.close()
    const states = async () =>
      (await (await fetch(`${server.url}/metrics`)).text()).match(/^nurie_rooms\{.*$/gm)
    await expect.poll(states).toContain('nurie_rooms{state="idle"} 0')
    await expect.poll(states).toContain('nurie_rooms{state="used"} 0')
    expect(await run(store, 31)).toEqual({ ...none, archived: 1 })
    expect(await run(store, 101)).toEqual({ ...none, condemned: 1 })
    expect(await dueSteps(store, rules, Date.now() + 116 * DAY)).toHaveLength(1)

    // The same browser comes back, paints on, and sees everything.
    const [back, told] = [connectYjs(server, ann, yjs.doc), connectSocket(server, ann)]
    const notice = (await told.until('notice')) as { code: string }
    expect(notice.code).toBe('room-kept')
    await back.synced()
    expect(back.ids()).toEqual(['one', 'two', 'three'])
    back.paint('four', ann.guest.id)
    await told.until('saved', ({ clock }) => clock[yjs.doc.clientID] >= 4)
    const fresh = connectYjs(server, ann)
    await fresh.synced()
    expect(fresh.ids()).toEqual(['one', 'two', 'three', 'four'])
    expect(before.length).toBeGreaterThan(10)
    expect(await (await get(server, ann, 'comments')).text()).toContain('hm')
    expect(await (await get(server, ann, 'versions')).text()).toContain('mine')
    expect((await get(server, ann, 'line.png')).status).toBe(200)
    expect(await dueSteps(store, rules, Date.now() + 29 * DAY)).toEqual([])
    for (const client of [back, told, fresh]) client.close()
  })
})
