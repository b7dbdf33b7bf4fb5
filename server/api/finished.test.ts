/** Finished regions over HTTP and sockets; what coloring makes of them is proved beside it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { limits } from '../../shared/limits.ts'
import type { FinishedRegion } from '../../shared/protocol.ts'
import {
  call,
  codeOf,
  connectSocket,
  createRoom,
  enter,
  get,
  startServer,
  type TestRoom,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'

let server: TestServer
let room: TestRoom
let host: TestSession
let ann: TestSession
let bob: TestSession
let viewer: TestSession
let use = { used: 0.1, freeBytes: 0 }
const sockets: { close(): void }[] = []

beforeAll(async () => {
  const parts = { exportWaitMs: 1, measureDisk: () => Promise.resolve(use), diskEveryMs: 5 }
  server = await startServer({ NURIE_LIMIT_ROOMS_PER_HOUR: '100' }, parts)
})
afterAll(() => server.end())
beforeEach(async () => {
  room = await createRoom(server)
  host = await enter(server, room, 'host', { name: 'Hana' })
  ann = await enter(server, room, 'edit', { name: 'Ann' })
  bob = await enter(server, room, 'edit', { name: 'Bob' })
  viewer = await enter(server, room, 'view')
})
afterEach(() => sockets.splice(0).forEach((socket) => socket.close()))

const send = (who: TestSession, method: string, path: string, body?: unknown) =>
  call(server, who, method, path, body)
const press = (who: TestSession, x: number, more = {}) =>
  send(who, 'POST', 'finished', { x, y: 80, gap: 16, ...more })
async function finish(who: TestSession, x: number): Promise<FinishedRegion> {
  const answer = await press(who, x)
  expect(answer.status).toBe(201)
  return (await answer.json()) as FinishedRegion
}
const list = async (who = viewer) => (await (await get(server, who, 'finished')).json()) as FinishedRegion[]
const come = (who: TestSession) => {
  const socket = connectSocket(server, who)
  sockets.push(socket)
  return socket
}

it('M1 who paints finishes a region: everybody is told, who joins later too, and coloring knows how it looked', async () => {
  const early = come(viewer)
  expect(await early.until('finished')).toEqual([])
  const region = await finish(ann, 800)
  expect(region).toMatchObject({ by: ann.guest.id, x: 800, y: 80, gap: 16, left: 100, top: 2 })
  expect(await early.until('finished', (regions: unknown[]) => regions.length === 1)).toEqual([region])
  expect(await come(bob).until('finished')).toEqual([region])
  expect(await list()).toEqual([region])
  expect(server.coloring.finished.get(room.room)).toMatchObject([
    { left: 100, picture: Uint8Array.of(1, 32) },
  ])
  // The picture is made anew: it is to be told to have another revision.
  const touches = server.coloring.touches.filter((touch) => touch.room === room.room)
  expect(touches.at(-1)!.revision).toBeGreaterThan(touches[0]!.revision)
  const png = await get(server, viewer, `finished/${region.id}/picture`)
  expect([png.headers.get('content-type'), ...new Uint8Array(await png.arrayBuffer())]).toEqual([
    'image/png',
    1,
    32,
  ])
  const flats = await get(server, viewer, `finished/${region.id}/picture?colors=flats`)
  expect([...new Uint8Array(await flats.arrayBuffer())]).toEqual([2, 32])
})

it('M1 whoever finished a region, or a host, unlocks it; others are told why not', async () => {
  const [own, others] = [await finish(ann, 800), await finish(bob, 1600)]
  const remove = (who: TestSession, { id }: { id: string }) => codeOf(send(who, 'DELETE', `finished/${id}`))
  expect(await remove(bob, own)).toBe('403 finished-by-other')
  expect(await remove(viewer, own)).toBe('403 role-too-low')
  expect(await remove(ann, own)).toBe('204')
  expect(await remove(ann, own)).toBe('404 finished-not-found')
  const socket = come(viewer)
  expect(await socket.until('finished')).toEqual([others])
  expect(await remove(host, others)).toBe('204')
  await socket.until('finished', (regions: unknown[]) => regions.length === 0)
  expect(server.coloring.finished.get(room.room)).toEqual([])
  expect(await codeOf(get(server, viewer, `finished/${own.id}/picture`))).toBe('404 finished-not-found')
})

it('M3 finished regions survive a restart, and go with their room', async () => {
  const region = await finish(ann, 800)
  await server.restart()
  expect(await list()).toEqual([region])
  expect(server.coloring.finished.get(room.room)).toMatchObject([{ picture: Uint8Array.of(1, 32) }])
  await send(host, 'DELETE', '')
  expect(await codeOf(get(server, viewer, 'finished'))).toBe('404 room-not-found')
})

it('M4 what cannot be finished is refused with a sentence, and changes nothing', async () => {
  expect(await codeOf(press(ann, 8 * 400))).toBe('422 no-region')
  await finish(ann, 800)
  // Of several at once of one place one is taken.
  const raced = await Promise.all([press(ann, 808), press(bob, 808)].map(codeOf))
  expect(raced.sort()).toEqual(['201', '409 finished-already'])
  expect(await codeOf(press(viewer, 900))).toBe('403 role-too-low')
  for (const body of [{ x: -1 }, { x: 1.5 }, { x: 'left' }, { gap: 1e6 }, { y: null }])
    expect(await codeOf(press(ann, 900, body))).toBe('400 bad-request')
  server.coloring.ready(false)
  expect(await codeOf(press(ann, 900))).toBe('503 coloring-down')
  server.coloring.ready(true)
  await send(host, 'PATCH', '', { locked: true })
  const [region] = await list()
  for (const who of [ann, host]) {
    expect(await codeOf(press(who, 900))).toBe('403 page-locked')
    expect(await codeOf(send(who, 'DELETE', `finished/${region!.id}`))).toBe('403 page-locked')
  }
  await send(host, 'PATCH', '', { locked: false })
  use = { used: 0.95, freeBytes: 0 }
  await expect.poll(() => codeOf(press(ann, 8 * 400))).toBe('503 disk-full')
  use = { used: 0.1, freeBytes: 0 }
  await expect.poll(() => codeOf(press(ann, 8 * 400))).toBe('422 no-region')
  expect(await list()).toHaveLength(2)
})

it('M4 200 regions of a page are finished and no more', { timeout: 60_000 }, async () => {
  // A guest is let press 60 a minute.
  const painters = [host, ann, bob, await enter(server, room, 'edit'), await enter(server, room, 'edit')]
  for (let i = 0; i < limits.finished; i += 4) {
    const four = [0, 1, 2, 3].map((k) => finish(painters[Math.floor(i / 50)]!, 8 + i + k))
    await Promise.all(four)
  }
  expect(await codeOf(press(painters[4]!, 1))).toBe('409 too-many-finished')
  expect(await codeOf(press(painters[4]!, 1))).toBe('409 too-many-finished')
  const [first] = await list()
  await send(host, 'DELETE', `finished/${first!.id}`)
  await finish(painters[4]!, 1)
})
