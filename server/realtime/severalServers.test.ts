/** People in one room on two servers, over PostgreSQL and Redis: they see each other, and a server that ends sends its own to the other. */
import { connect, createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import WebSocketClient from 'ws'
import { openRoom } from '../../client/connection.ts'
import {
  codeOf,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  post,
  strokeOf,
  type TestRoom,
  type TestServer,
} from '../app.fixture.ts'
import { startCluster, type TestCluster } from '../cluster/cluster.fixture.ts'
import type { Guest } from '../../shared/protocol.ts'

let cluster: TestCluster
let a: TestServer
let b: TestServer
beforeAll(async () => {
  cluster = await startCluster(2, { NURIE_LIMIT_EDITORS: '3' })
  ;[a, b] = [cluster.servers[0]!, cluster.servers[1]!]
})
afterAll(() => cluster.end())

async function come(server: TestServer, room: TestRoom, role: 'host' | 'edit' | 'view', name: string) {
  const session = await enter(server, room, role, { name })
  const client = connectSocket(server, session)
  await client.until('welcome')
  return { ...client, session, id: session.guest.id }
}
const named =
  (...names: string[]) =>
  (guests: Guest[]) =>
    JSON.stringify(guests.map(({ name }) => name).sort()) === JSON.stringify(names)

it('Q20 everybody in a room is seen by everybody, on whatever server: who is there, who is idle, cursors, live strokes, pings', async () => {
  const room = await createRoom(a)
  const ann = await come(a, room, 'host', 'Ann')
  const ben = await come(b, room, 'edit', 'Ben')
  await Promise.all([ann, ben].map(({ until }) => until('presence', named('Ann', 'Ben'))))
  ann.socket.emit('cursor', { x: 80, y: 90 })
  expect(await ben.until('cursor')).toEqual({ x: 80, y: 90, guest: ann.id })
  ben.socket.emit('ping', { x: 8, y: 8 })
  expect(await ann.until('ping')).toMatchObject({ x: 8, guest: ben.id })
  const points = Uint8Array.of(16, 16, 254, 3)
  const live = { stroke: 's', seq: 0, tool: 'brush', color: 0xff0000, width: 64, points }
  ann.socket.emit('live', live)
  const heard = await ben.until('live')
  expect(heard).toMatchObject({ stroke: 's', seq: 0, guest: ann.id })
  expect([...new Uint8Array(heard.points as ArrayBuffer)]).toEqual([...points])
  ben.socket.emit('view', { visible: false })
  await ann.until('presence', (guests: Guest[]) =>
    guests.some(({ id, idle }) => id === ben.id && idle === true),
  )
  // What was under a pen that is gone is gone for everybody.
  ann.close()
  await ben.until('live', (end: { end?: boolean }) => end.end === true)
  await ben.until('presence', named('Ben'))
  ben.close()
})

it('Q21 one follows somebody on another server and sees what they see; a host’s spotlight is everybody’s', async () => {
  const room = await createRoom(a)
  const ann = await come(a, room, 'host', 'Ann')
  const ben = await come(b, room, 'edit', 'Ben')
  await ben.until('presence', named('Ann', 'Ben'))
  ben.socket.emit('follow', { guest: ann.id })
  await ann.until('followers', ({ guests }: { guests: string[] }) => guests.includes(ben.id))
  const sight = { x: 100, y: 200, width: 800, height: 600, turn: 0 }
  ann.socket.emit('sight', sight)
  expect(await ben.until('sight')).toEqual({ ...sight, guest: ann.id })
  ann.socket.emit('spotlight', { on: true })
  await ben.until('spotlight', ({ guest }: { guest: string | null }) => guest === ann.id)
  const cai = await enter(b, room, 'view', { name: 'Cai' })
  const late = connectSocket(b, cai)
  expect((await late.until('welcome')).spotlight).toBe(ann.id)
  ann.close()
  await ben.until('unfollowed', ({ guest }: { guest: string }) => guest === ann.id)
  await ben.until('spotlight', ({ guest }: { guest: string | null }) => guest === null)
  ben.close()
  late.close()
})

it('Q21 who is followed by the one they want to follow lets them go, on whatever server: the newest wish counts', async () => {
  const room = await createRoom(a)
  const ann = await come(a, room, 'edit', 'Ann')
  const ben = await come(b, room, 'edit', 'Ben')
  await ben.until('presence', named('Ann', 'Ben'))
  ben.socket.emit('follow', { guest: ann.id })
  await ann.until('followers', ({ guests }: { guests: string[] }) => guests.includes(ben.id))
  ann.socket.emit('follow', { guest: ben.id })
  await ben.until('unfollowed', ({ guest, why }) => guest === ann.id && why === 'follows')
  await ben.until('followers', ({ guests }: { guests: string[] }) => guests.includes(ann.id))
  ann.close()
  ben.close()
})

it('Q26 a room’s seats are those of all servers; who has one has it on every server', async () => {
  const room = await createRoom(a)
  const ann = await come(a, room, 'edit', 'Ann')
  const ben = await come(b, room, 'edit', 'Ben')
  await come(a, room, 'edit', 'Cai').then((cai) =>
    Promise.all([cai, ben].map(({ until }) => until('presence', named('Ann', 'Ben', 'Cai')))),
  )
  const late = connectSocket(b, await enter(b, room, 'edit', { name: 'Dee' }))
  expect((await late.until('connect_error')).data.code).toBe('room-full')
  const again = connectSocket(b, ann.session)
  await again.until('welcome')
  for (const client of [ann, ben, late, again]) client.close()
})

it('Q22 without Redis people on one server see each other, and all do again by themselves when it is back', async () => {
  const room = await createRoom(a)
  const ann = await come(a, room, 'edit', 'Ann')
  await cluster.redis.kill()
  const ben = await come(b, room, 'edit', 'Ben')
  const cai = await come(a, room, 'view', 'Cai')
  ann.socket.emit('cursor', { x: 1, y: 1 })
  await cai.until('cursor', ({ guest }: { guest: string }) => guest === ann.id)
  cai.close()
  await cluster.redis.start()
  await Promise.all([ann, ben].map(({ until }) => until('presence', named('Ann', 'Ben'))))
  ann.close()
  ben.close()
})

it('Q27 who paints while their server ends has lost nothing, and was not told to be offline', async () => {
  const ending = await cluster.another()
  const proxy = createServer((socket) => {
    const onto = connect(Number(new URL((isEnding ? b : ending).url).port), '127.0.0.1')
    for (const [from, to] of [
      [socket, onto],
      [onto, socket],
    ] as const) {
      from.on('error', () => to.destroy()).on('close', () => to.destroy())
      from.pipe(to)
    }
  })
  let isEnding = false
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const page = await createRoom(ending)
  const ben = connectYjs(b, await enter(b, page))
  const ann = await openRoom({
    origin,
    room: page.room,
    entrance: { key: page.keys.edit },
    WebSocket: WebSocketClient as never,
  })
  await vi.waitUntil(() => ann.isSynced && ann.saving === 'saved', 5_000)
  const states = new Set<string>()
  ann.on('saving', (state) => states.add(state))
  const back = new Promise<void>((resolve) => ann.on('welcome', () => resolve()))
  const paint = (id: string) => ann.commit(strokeOf(id, ann.session.guest.id))
  paint('before')
  isEnding = true
  const began = performance.now()
  const ended = ending.close()
  paint('meanwhile')
  await vi.waitFor(async () => expect((await fetch(`${ending.url}/readyz`)).status).toBe(503))
  expect(await codeOf(post(ending, '/api/rooms', { sample: 'cats' }))).toBe('503 shutting-down')
  await back
  paint('after')
  await ben.until(() => ben.ids().length === 3)
  await vi.waitUntil(() => ann.saving === 'saved', 5_000)
  expect(performance.now() - began).toBeLessThan(4_000)
  expect(ben.ids()).toEqual(['before', 'meanwhile', 'after'])
  expect(states).not.toContain('offline')
  await ended
  await ann.close()
  ben.close()
  proxy.close()
  await ending.end()
})

it('Q23 a server that ends takes nobody new, tells its people to come elsewhere one after the other, and they are back within two seconds', async () => {
  const room = await createRoom(a)
  const sessions = await Promise.all(Array.from({ length: 6 }, () => enter(b, room, 'view')))
  const clients = sessions.map((session) => connectSocket(b, session))
  await Promise.all(clients.map(({ until }) => until('welcome')))
  const began = performance.now()
  const left = clients.map(async ({ until }, i) => {
    await until('disconnect')
    const gone = performance.now()
    const again = connectSocket(a, sessions[i]!)
    await again.until('welcome')
    again.close()
    return { gone: gone - began, back: performance.now() - began }
  })
  const closing = b.close()
  await Promise.all(clients.map(({ until }) => until('notice', ({ code }) => code === 'shutting-down')))
  const refused = connectSocket(b, sessions[0]!)
  expect((await refused.until('connect_error')).data?.code ?? 'gone').toMatch(/shutting-down|gone/)
  refused.close()
  const refusal = await post(b, '/api/rooms', { sample: 'cats' }).catch(() => undefined)
  expect([503, undefined]).toContain(refusal?.status)
  expect((await fetch(`${b.url}/readyz`).catch(() => ({ status: 503 }))).status).toBe(503)
  const moved = await Promise.all(left)
  await closing
  const gone = moved.map((each) => each.gone)
  expect(Math.max(...gone) - Math.min(...gone)).toBeGreaterThan(100)
  for (const { back } of moved) expect(back).toBeLessThan(2_000)
}, 30_000)
