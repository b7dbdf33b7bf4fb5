/** A room open on two servers at once, over PostgreSQL and Redis: what is done on one is so on the other. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import {
  call,
  codeOf,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  post,
  type TestServer,
} from '../app.fixture.ts'
import { startCluster, type TestCluster } from './cluster.fixture.ts'

let cluster: TestCluster
let a: TestServer
let b: TestServer
beforeAll(async () => {
  cluster = await startCluster(2, {}, { quietMs: 700 })
  ;[a, b] = [cluster.servers[0]!, cluster.servers[1]!]
})
afterAll(() => cluster.end())

async function openRoom() {
  const room = await createRoom(a)
  const [host, guest] = [
    await enter(a, room, 'host', { name: 'Ann' }),
    await enter(b, room, 'edit', { name: 'Ben' }),
  ]
  const ann = { session: host, yjs: connectYjs(a, host), socket: connectSocket(a, host) }
  const ben = { session: guest, yjs: connectYjs(b, guest), socket: connectSocket(b, guest) }
  for (const { yjs, socket } of [ann, ben]) {
    await yjs.synced()
    await socket.until('welcome')
  }
  const close = () => {
    for (const { yjs, socket } of [ann, ben]) {
      yjs.close()
      socket.close()
    }
  }
  return { room, ann, ben, close }
}

it('Q15 strokes painted on two servers at once are everybody’s, told saved to everybody, and colored as one page on both', async () => {
  const { room, ann, ben, close } = await openRoom()
  for (let i = 0; i < 20; i++) {
    ann.yjs.paint(`a${i}`, ann.session.guest.id)
    ben.yjs.paint(`b${i}`, ben.session.guest.id)
  }
  await Promise.all([ann, ben].map(({ yjs }) => yjs.until(() => yjs.ids().length === 40)))
  expect(ann.yjs.ids()).toEqual(ben.yjs.ids())
  type Saved = { clock: Record<string, number> }
  for (const { socket } of [ann, ben]) {
    const reached = (client: number) =>
      socket.until('saved', ({ clock }: Saved) => (clock[client] ?? 0) >= 20)
    await Promise.all([reached(ann.yjs.doc.clientID), reached(ben.yjs.doc.clientID)])
  }
  for (const server of [a, b]) {
    const painted = () => server.coloring.touches.findLast((touch) => touch.room === room.room)?.strokes
    await vi.waitUntil(() => painted()?.length === 40, { timeout: 5_000 })
  }
  close()
})

it('Q16 locking, links, removals, titles and comments on one server are so on the other at once; a room that is ended there is gone here', async () => {
  const { room, ann, ben, close } = await openRoom()
  const host = (method: string, path: string, body?: unknown) =>
    codeOf(call(a, ann.session, method, path, body))
  expect(await host('PATCH', '', { locked: true, title: 'Two cats' })).toBe('200')
  await ben.socket.until('page', ({ locked, title }) => locked === true && title === 'Two cats')
  expect(await host('PATCH', '', { locked: false })).toBe('200')
  await ben.socket.until('page', ({ locked }) => locked === false)

  const comment = { x: 8, y: 8, text: 'More red here' }
  expect(await codeOf(call(b, ben.session, 'POST', 'comments', comment))).toBe('201')
  const { changed } = (await ann.socket.until('comment')) as { changed: { id: string; text: string } }
  expect(changed.text).toBe('More red here')
  expect(await host('DELETE', `comments/${changed.id}`)).toBe('204')
  await ben.socket.until('comment', ({ removed }) => removed?.[0] === changed.id)

  expect(await host('POST', 'keys', { rotate: 'view' })).toBe('200')
  await ben.socket.until('link', ({ role, key }) => role === 'view' && key === undefined)
  expect(await codeOf(post(b, `/api/rooms/${room.room}/sessions`, { key: room.keys.view }))).toBe(
    '404 room-not-found',
  )

  expect(await host('DELETE', `guests/${ben.session.guest.id}`)).toBe('204')
  await ben.socket.until('notice', ({ code }) => code === 'removed')
  expect((await ben.yjs.closed()).code).toBe(4403)

  const cai = await enter(b, room, 'edit', { name: 'Cai' })
  const socket = connectSocket(b, cai)
  await socket.until('welcome')
  expect(await host('DELETE', '')).toBe('204')
  await socket.until('notice', ({ code }) => code === 'room-ended')
  expect(await codeOf(post(b, `/api/rooms/${room.room}/sessions`, { key: room.keys.edit }))).toBe(
    '404 room-not-found',
  )
  socket.close()
  close()
})

it('Q17 without the bus a stroke reaches the other server within two seconds, and nothing is lost while Redis is emptied, gone and back', async () => {
  const { ann, ben, close } = await openRoom()
  await cluster.redis.kill()
  ann.yjs.paint('without', ann.session.guest.id)
  const began = performance.now()
  await ben.yjs.until(() => ben.yjs.ids().includes('without'))
  expect(performance.now() - began).toBeLessThan(2_500)
  ben.yjs.paint('meanwhile', ben.session.guest.id)
  await cluster.redis.start()
  for (let i = 0; i < 10; i++) ann.yjs.paint(`after${i}`, ann.session.guest.id)
  await Promise.all([ann, ben].map(({ yjs }) => yjs.until(() => yjs.ids().length === 12)))
  expect(ann.yjs.ids()).toEqual(ben.yjs.ids())
  close()
})

it('Q18 who comes to another server finds there what they saw on the first, and paints on', async () => {
  const { ann, ben, close } = await openRoom()
  ann.yjs.paint('one', ann.session.guest.id)
  await ben.yjs.until(() => ben.yjs.ids().includes('one'))
  ben.yjs.paint('two', ben.session.guest.id)
  await ann.yjs.until(() => ann.yjs.ids().includes('two'))
  // The same document, with everything it holds, at the other door.
  ann.yjs.close()
  ann.yjs.paint('three', ann.session.guest.id)
  const moved = connectYjs(b, ann.session, ann.yjs.doc)
  await ben.yjs.until(() => ben.yjs.ids().includes('three'))
  expect(ben.yjs.ids()).toEqual(['one', 'two', 'three'])
  moved.close()
  close()
})

it('Q19 a page that rests on two servers is kept as one version, not as two', async () => {
  const { ann, ben, close } = await openRoom()
  ann.yjs.paint('one', ann.session.guest.id)
  await ben.yjs.until(() => ben.yjs.ids().includes('one'))
  const kept = async () =>
    (await (await call(a, ann.session, 'GET', 'versions')).json()) as { kind: string }[]
  await expect.poll(async () => (await kept()).length).toBe(1)
  // The other's is due by now too: it kept this one after the first.
  ben.yjs.paint('two', ben.session.guest.id)
  await expect.poll(async () => (await kept()).length).toBeGreaterThan(1)
  expect((await kept()).map(({ kind }) => kind)).toEqual(['automatic', 'automatic'])
  close()
})
