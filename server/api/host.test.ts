import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodePoints } from '../../shared/points.ts'
import type { RefusalCode } from '../../shared/protocol.ts'
import {
  call,
  codeOf,
  connectRaw,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  get,
  post,
  startServer,
  type TestRoom,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'

let server: TestServer
let room: TestRoom
let host: TestSession
const open: { close(): void }[] = []
const keep = <T extends { close(): void }>(client: T): T => {
  open.push(client)
  return client
}

beforeAll(async () => {
  server = await startServer({ NURIE_LIMIT_ROOMS_PER_HOUR: '100' }, { exportWaitMs: 100 })
})
afterAll(() => server.end())
afterEach(() => open.splice(0).forEach((client) => client.close()))

async function newRoom(): Promise<void> {
  room = await createRoom(server)
  host = await enter(server, room, 'host', { name: 'Hana' })
}

const ask = (who: TestSession, method: string, path = '', body?: object) =>
  call(server, who, method, path, body)
const renew = async (body: object) => {
  const answer = await ask(host, 'POST', 'keys', body)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { keys: Partial<TestRoom['keys']> }).keys
}
const come = (key: string, previous?: string) =>
  post(server, `/api/rooms/${room.room}/sessions`, { key, ...(previous && { previous }) })

/** Both channels of somebody, in the room. */
async function both(who: TestSession) {
  const socket = keep(connectSocket(server, who))
  const yjs = keep(connectYjs(server, who))
  await Promise.all([socket.until('welcome'), yjs.synced()])
  return { socket, yjs }
}

/** Both channels are told why, then closed; and the token opens nothing any more. */
async function isOut(who: TestSession, { socket, yjs }: Awaited<ReturnType<typeof both>>, code: RefusalCode) {
  await socket.until('notice', (notice) => notice.code === code)
  expect(await socket.until('disconnect')).toBe('io server disconnect')
  const closed = code === 'room-ended' ? 4404 : 4403
  expect(await yjs.closed()).toEqual({ code: closed, reason: code })
  const later = code === 'room-ended' ? 'room-not-found' : code
  expect(await codeOf(get(server, who, 'line.png'))).toMatch(later)
  const again = keep(connectSocket(server, who))
  expect((await again.until('connect_error')).data.code).toBe(later)
  expect(await keep(connectYjs(server, who)).closed()).toEqual({ code: closed, reason: later })
}

describe('links', () => {
  it('A9 a link replaced takes those with it who came by it, and nobody else', async () => {
    await newRoom()
    const [ann, vic] = [await enter(server, room), await enter(server, room, 'view')]
    const [anns, vics, hosts] = [await both(ann), await both(vic), await both(host)]
    const keys = await renew({ rotate: 'edit' })
    expect(Object.keys(keys)).toEqual(['edit'])
    await isOut(ann, anns, 'revoked')
    expect(await codeOf(come(room.keys.edit))).toBe('404 room-not-found')
    expect(await codeOf(come(room.keys.edit, ann.token))).toBe('403 revoked')
    const back = (await (await come(keys.edit!, ann.token)).json()) as TestSession
    expect(back.guest.id).not.toBe(ann.guest.id)
    expect((await get(server, { ...back, room: room.room }, 'line.png')).status).toBe(200)
    for (const { socket, yjs } of [vics, hosts]) {
      expect(socket.socket.connected && yjs.provider.wsconnected).toBe(true)
    }
    expect((await get(server, vic, 'line.png')).status).toBe(200)
    expect((await come(room.keys.view)).status).toBe(201)
  })

  it('A9 the link to look on is replaced alike, and stays so over a restart', async () => {
    await newRoom()
    const vic = await enter(server, room, 'view')
    const keys = await renew({ rotate: 'view' })
    await server.restart()
    expect(await codeOf(get(server, vic, 'line.png'))).toBe('403 revoked')
    expect(await codeOf(come(room.keys.view))).toBe('404 room-not-found')
    expect(((await (await come(keys.view!)).json()) as TestSession).role).toBe('view')
    expect((await come(room.keys.edit)).status).toBe(201)
  })

  it('A10 a link replaced with keepGuests: who is in stays and comes back, nobody else comes in by it', async () => {
    await newRoom()
    const ann = await enter(server, room, 'edit', { name: 'Ann' })
    const vic = await enter(server, room, 'view')
    const anns = await both(ann)
    const hosts = keep(connectSocket(server, host))
    await hosts.until('welcome')
    const keys = await renew({ rotate: 'edit', keepGuests: true })
    expect(await codeOf(come(room.keys.edit))).toBe('404 room-not-found')
    expect(await codeOf(come(room.keys.edit, vic.token)), 'a session of another link').toBe(
      '404 room-not-found',
    )
    expect(await codeOf(come('another key', ann.token))).toBe('404 room-not-found')
    expect((await get(server, ann, 'line.png')).status).toBe(200)
    expect(anns.socket.socket.connected && anns.yjs.provider.wsconnected).toBe(true)
    expect(await anns.socket.until('link')).toEqual({ role: 'edit' })
    expect(await hosts.until('link')).toEqual({ role: 'edit', key: keys.edit })
    await server.restart()
    const once = (await (await come(room.keys.edit, ann.token)).json()) as TestSession
    const again = (await (await come(room.keys.edit, once.token)).json()) as TestSession
    expect([again.guest, again.role]).toEqual([ann.guest, 'edit'])
    expect(again).toMatchObject({ invites: false })
    expect(await (await come(keys.edit!)).json()).toMatchObject({ invites: true })
    await renew({ rotate: 'edit' })
    expect(await codeOf(come(room.keys.edit, again.token)), 'out with the next one').toBe('403 revoked')
    expect(await codeOf(come(keys.edit!, again.token))).toBe('404 room-not-found')
  })

  it('A9 two hosts who replace links at once replace both', async () => {
    await newRoom()
    const [edit, view] = await Promise.all([renew({ rotate: 'edit' }), renew({ rotate: 'view' })])
    expect((await come(edit.edit!)).status).toBe(201)
    expect((await come(view.view!)).status).toBe(201)
    expect(await codeOf(come(room.keys.edit))).toBe('404 room-not-found')
    expect(await codeOf(come(room.keys.view))).toBe('404 room-not-found')
  })
})

describe('guests', () => {
  it('A11 a guest who is removed is out, on both channels, whatever they come back with', async () => {
    await newRoom()
    const [ann, bob] = [await enter(server, room), await enter(server, room)]
    const [anns, second, bobs] = [await both(ann), await both(ann), await both(bob)]
    expect((await ask(host, 'DELETE', `guests/${ann.guest.id}`)).status).toBe(204)
    await isOut(ann, anns, 'removed')
    await second.socket.until('disconnect')
    await bobs.socket.until('presence', (guests) => guests.length === 1)
    expect(bobs.yjs.provider.wsconnected).toBe(true)
    const keys = await renew({ rotate: 'edit', keepGuests: true })
    for (const key of [room.keys.edit, keys.edit!, room.keys.view]) {
      expect(await codeOf(come(key, ann.token))).toBe('403 removed')
    }
    await server.restart()
    expect(await codeOf(come(keys.edit!, ann.token))).toBe('403 removed')
    expect(await codeOf(get(server, ann, 'line.png'))).toBe('403 removed')
    expect((await ask(host, 'DELETE', `guests/${ann.guest.id}`)).status, 'once more').toBe(204)
  })

  it('A12 a host is not removed, nor somebody nobody knows', async () => {
    await newRoom()
    expect(await codeOf(ask(host, 'DELETE', `guests/${host.guest.id}`))).toBe('409 host-stays')
    expect(await codeOf(ask(host, 'DELETE', 'guests/nobody'))).toBe('404 guest-not-found')
    expect(await codeOf(ask(host, 'DELETE', `guests/${'x'.repeat(65)}`))).toBe('400 bad-request')
  })

  it('A12 nobody but a host does what a host does', async () => {
    await newRoom()
    for (const role of ['edit', 'view'] as const) {
      const who = await enter(server, room, role)
      for (const answer of [
        await ask(who, 'PATCH', '', { locked: true }),
        await ask(who, 'POST', 'keys', { rotate: 'edit' }),
        await ask(who, 'DELETE', `guests/${who.guest.id}`),
        await ask(who, 'DELETE'),
      ]) {
        expect(await codeOf(answer)).toBe('403 role-too-low')
      }
    }
    for (const body of [{ rotate: 'host' }, {}, { rotate: 'edit', keepGuests: 1 }]) {
      expect(await codeOf(ask(host, 'POST', 'keys', body))).toBe('400 bad-request')
    }
    expect(await codeOf(ask(host, 'PATCH', '', { locked: 'yes' }))).toBe('400 bad-request')
    expect(await codeOf(ask(host, 'PATCH', '', { title: ' \u202e ' }))).toBe('400 bad-request')
  })

  it('A18 everybody who has been in is known, to everybody who is', async () => {
    await newRoom()
    const ann = await enter(server, room, 'edit', { name: 'Ann' })
    const vic = await enter(server, room, 'view', { name: 'Vic' })
    const { socket } = await both(ann)
    await ask(host, 'DELETE', `guests/${vic.guest.id}`)
    const list = async () => (await (await ask(ann, 'GET', 'guests')).json()) as object[]
    const expected = (here: boolean) => [
      { ...host.guest, role: 'host', here: false, removed: false },
      { ...ann.guest, role: 'edit', here, removed: false },
      { ...vic.guest, role: 'view', here: false, removed: true },
    ]
    expect(await list()).toEqual(expected(true))
    socket.close()
    await server.restart()
    expect(await list()).toEqual(expect.arrayContaining(expected(false)))
    await enter(server, room, 'edit', { name: 'Anna', previous: ann.token })
    expect(await list()).toContainEqual({
      ...ann.guest,
      name: 'Anna',
      role: 'edit',
      here: false,
      removed: false,
    })
  })
})

describe('the lock', () => {
  const chunk = { stroke: 's', seq: 0, tool: 'brush', color: 1, width: 8, points: encodePoints([1, 2, 255]) }

  it('A13 a locked page takes nobody’s strokes, and everybody looks on; open again it takes what waited', async () => {
    await newRoom()
    const [ann, vic] = [await enter(server, room), await enter(server, room, 'view')]
    const [anns, vics, hosts] = [await both(ann), await both(vic), await both(host)]
    anns.socket.socket.emit('live', { ...chunk, stroke: 'under the pen' })
    await vics.socket.until('live', (live) => live.stroke === 'under the pen')
    const answer = await ask(host, 'PATCH', '', { locked: true })
    expect([answer.status, await answer.json()]).toEqual([200, { title: 'Two cats', locked: true }])
    for (const { socket } of [anns, vics, hosts]) {
      await socket.until('page', (page) => page.locked === true && page.title === 'Two cats')
    }
    await vics.socket.until('live', (live) => live.stroke === 'under the pen' && live.end === true)
    anns.socket.socket.emit('live', chunk)
    await anns.socket.until('notice', ({ code }) => code === 'page-locked')
    expect(vics.socket.events.some(({ args }) => args[0]?.stroke === 's')).toBe(false)
    anns.yjs.paint('late', ann.guest.id)
    expect(await anns.yjs.closed()).toEqual({ code: 4403, reason: 'page-locked' })
    hosts.yjs.doc.getMap('page').set('title', 'mine')
    expect(await hosts.yjs.closed()).toEqual({ code: 4403, reason: 'page-locked' })
    expect(vics.yjs.provider.wsconnected && vics.socket.socket.connected).toBe(true)
    const newcomer = await enter(server, room)
    expect(newcomer.page.locked).toBe(true)
    const newcomers = await both(newcomer)
    expect((await newcomers.socket.until('welcome')).page.locked).toBe(true)
    await ask(host, 'PATCH', '', { locked: false })
    await newcomers.socket.until('page', (page) => page.locked === false)
    anns.yjs.provider.connect()
    await vics.yjs.until(() => vics.yjs.ids().includes('late'))
  })

  it('A13 a page stays locked over a restart; the host may name it all the same', async () => {
    await newRoom()
    const { yjs, socket } = await both(await enter(server, room))
    await ask(host, 'PATCH', '', { locked: true, title: ' A  cat ' })
    await yjs.until(() => yjs.doc.getMap('page').get('title') === 'A cat')
    await socket.until('page', (page) => page.title === 'A cat' && page.locked === true)
    await server.restart()
    expect((await enter(server, room)).page).toMatchObject({ title: 'A cat', locked: true })
  })
})

describe('the end', () => {
  it('A14 a room that is ended is gone for everybody, and no other room notices', async () => {
    await newRoom()
    const other = await createRoom(server)
    const eve = await enter(server, other)
    const elsewhere = await both(eve)
    const ann = await enter(server, room)
    const [anns, hosts] = [await both(ann), await both(host)]
    const drawing = setInterval(() => {
      anns.yjs.paint(`a${Math.random()}`, ann.guest.id)
      elsewhere.yjs.paint(`e${Math.random()}`, eve.guest.id)
    }, 1)
    const exporting = get(server, ann, 'export')
    const answer = await ask(host, 'DELETE')
    clearInterval(drawing)
    expect(answer.status).toBe(204)
    expect([200, 404]).toContain((await exporting).status)
    await isOut(host, hosts, 'room-ended')
    await isOut(ann, anns, 'room-ended')
    const unknown = await post(server, '/api/rooms/AAAAAAAAAAAAAAAAAAAAAA/sessions', { key: room.keys.edit })
    expect(await (await come(room.keys.host, host.token)).text()).toBe(await unknown.text())
    const painted = elsewhere.yjs.ids()
    expect(painted.length).toBeGreaterThan(0)
    const bobs = await both(await enter(server, other))
    await bobs.yjs.until(() => painted.every((id) => bobs.yjs.ids().includes(id)))
    await server.restart()
    expect(await codeOf(come(room.keys.host))).toBe('404 room-not-found')
    expect((await enter(server, other)).role).toBe('edit')
  })

  it('A14 of two who end it at once one does', async () => {
    await newRoom()
    const answers = await Promise.all([ask(host, 'DELETE'), ask(host, 'DELETE'), ask(host, 'GET', 'guests')])
    expect(
      answers
        .slice(0, 2)
        .map(({ status }) => status)
        .sort(),
    ).toEqual([204, 404])
  })
})

describe('the door', () => {
  it('A16 an unknown room is answered alike by every call, and like one the token is not for', async () => {
    await newRoom()
    const other = await createRoom(server)
    const calls = [
      ['PATCH', '', { locked: true }],
      ['POST', 'keys', { rotate: 'edit' }],
      ['GET', 'guests', undefined],
      ['DELETE', 'guests/x', undefined],
      ['DELETE', '', undefined],
    ] as const
    for (const [method, path, body] of calls) {
      const texts = [room.room.replace(/./g, 'A'), other.room].map(async (id) => {
        const answer = await ask({ ...host, room: id }, method, path, body)
        return [answer.status, await answer.text()]
      })
      const [unknown, foreign] = await Promise.all(texts)
      expect(unknown).toEqual(foreign)
      expect(unknown![0]).toBe(404)
      const bad = await Promise.all(
        ['AAAAAAAAAAAAAAAAAAAAAA', room.room].map(async (id) =>
          codeOf(ask({ ...host, token: 'a.b.c', room: id }, method, path, body)),
        ),
      )
      expect(bad).toEqual(['401 bad-token', '401 bad-token'])
    }
  })

  it('A15 who does not answer a close, or does not read, is out all the same', async () => {
    await newRoom()
    const ann = await enter(server, room)
    const raw = connectRaw(`${server.url}/yjs/${ann.room}`, ['nurie', ann.token])
    const socketIo = connectRaw(`${server.url}/socket.io/?EIO=4&transport=websocket`, [])
    await Promise.all([raw.opened, socketIo.opened])
    await raw.messages.until(() => true)
    socketIo.socket.send(`40${JSON.stringify({ room: ann.room, token: ann.token })}`)
    await socketIo.messages.until((message) => Buffer.from(message).toString().includes('"status"'))
    const watcher = keep(connectSocket(server, host))
    await watcher.until('welcome')
    raw.socket.pause()
    socketIo.socket.pause()
    // More than the network takes: what is told last waits behind it.
    server.coloring.frame(ann.room, 5, 'draft', new Uint8Array(16 * 1024 * 1024))
    await watcher.until('frame')
    await ask(host, 'DELETE', `guests/${ann.guest.id}`)
    await watcher.until('presence', (guests) => guests.length === 1)
    const metric = async () =>
      /nurie_connections (\d+)/.exec(await (await fetch(`${server.url}/metrics`)).text())![1]
    await expect.poll(metric, { interval: 20 }).toBe('1')
    for (const { socket } of [raw, socketIo]) socket.terminate()
  })
})

describe('long visits', () => {
  it('A8 a socket that is open for long is closed, to come back with a new token', async () => {
    const own = await startServer({}, { longestSocketMs: 150 })
    const ann = await enter(own, await createRoom(own))
    const socket = keep(connectSocket(own, ann))
    const yjs = keep(connectYjs(own, ann))
    await socket.until('notice', ({ code }) => code === 'token-expired')
    expect(await socket.until('disconnect')).toBe('io server disconnect')
    expect(await yjs.closed()).toEqual({ code: 4401, reason: 'token-expired' })
    await own.end()
  })
})
