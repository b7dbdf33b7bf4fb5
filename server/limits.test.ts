/** What bounds a client: at n it is let through, at n + 1 refused with a code, counted, and never sent round in circles. */
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { limits } from '../shared/limits.ts'
import { openAddresses } from './address.ts'
import {
  connectRaw,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  post,
  startServer,
  strokeOf,
  type TestRoom,
  type TestServer,
  type TestSession,
} from './app.fixture.ts'
import { boundRawConnections } from './rawConnections.ts'
import { syncMessage } from './realtime/yjsConnection.ts'

const open: { close(): void }[] = []
const keep = <T extends { close(): void }>(client: T): T => {
  open.push(client)
  return client
}
afterEach(() => open.splice(0).forEach((client) => client.close()))

async function metric(server: TestServer, name: string): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? 0)
}
const refused = (server: TestServer, channel: string, code: string) =>
  metric(server, `nurie_refusals_total{channel="${channel}",code="${code}"}`)

function rawYjs(server: TestServer, { room, token }: TestSession, options = {}) {
  const client = connectRaw(`${server.url}/yjs/${room}`, ['nurie', token], options)
  open.push({ close: () => client.socket.terminate() })
  return client
}
function rawSocketIo(server: TestServer) {
  const client = connectRaw(`${server.url}/socket.io/?EIO=4&transport=websocket`, [])
  open.push({ close: () => client.socket.terminate() })
  return client
}

describe('connections', () => {
  it('L2 an address opens so many sockets in ten seconds, over both channels, also when it closes them again', async () => {
    const server = await startServer({ NURIE_LIMIT_CONNECTS: '3' })
    const ann = await enter(server, await createRoom(server))
    for (let i = 0; i < 2; i++) {
      const client = rawYjs(server, ann)
      await client.messages.until(() => true)
      client.socket.close()
      await client.closed
    }
    const third = keep(connectSocket(server, ann))
    await third.until('welcome')
    expect(await rawYjs(server, ann).closed).toBe(4503)
    const fifth = keep(connectSocket(server, ann))
    expect(await fifth.until('connect_error')).toMatchObject({ data: { code: 'too-many-connections' } })
    expect(await refused(server, 'yjs', 'too-many-connections')).toBe(1)
    expect(await refused(server, 'socket', 'too-many-connections')).toBe(1)
    await server.end()
  })

  it('L2 an address has so many connections of any kind; one that closes makes room', async () => {
    let refusals = 0
    const server = createServer()
    boundRawConnections(server, { addresses: openAddresses(0), most: 2, onRefused: () => void refusals++ })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const dial = async () => {
      const arrived = new Promise((resolve) => server.once('connection', resolve))
      const socket = connect(port, '127.0.0.1').on('error', () => {})
      await arrived
      return socket
    }
    const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve).resume())
    const first = await dial()
    await dial()
    await closed(await dial())
    expect(refusals).toBe(1)
    first.end()
    await closed(first)
    await dial()
    expect(refusals).toBe(1)
    server.close()
    server.closeAllConnections()
  })

  it('L5 one connection enters once, however often it asks at once', async () => {
    const server = await startServer()
    const room = await createRoom(server)
    const [ann, bob] = [await enter(server, room), await enter(server, room)]
    const watcher = keep(connectSocket(server, bob))
    await watcher.until('welcome')
    const client = rawSocketIo(server)
    await client.opened
    for (let i = 0; i < 30; i++)
      client.socket.send(`40${JSON.stringify({ room: room.room, token: ann.token })}`)
    await client.closed
    expect(await refused(server, 'socket', 'bad-request')).toBeGreaterThan(0)
    const cat = keep(connectSocket(server, await enter(server, room)))
    await cat.until('welcome')
    expect(await metric(server, 'nurie_connections')).toBe(2)
    await server.end()
  })

  it('L5 a flood costs its connection and is not tried again by the stock client', async () => {
    const server = await startServer({ NURIE_LIMIT_MESSAGES: '10' })
    const ann = await enter(server, await createRoom(server))
    const client = keep(connectSocket(server, ann, { reconnection: true }))
    await client.until('welcome')
    for (let i = 0; i < 200; i++) client.socket.emit('view', { visible: true })
    expect(await client.until('disconnect')).toBe('io server disconnect')
    expect(client.socket.active).toBe(false)
    expect(await refused(server, 'socket', 'too-fast')).toBeGreaterThan(0)
    await server.end()
  })
})

describe('those who stall', () => {
  let server: TestServer
  let ann: TestSession
  beforeAll(async () => {
    server = await startServer({}, { patienceMs: 300, keepAliveMs: 100 })
    ann = await enter(server, await createRoom(server))
  })
  afterAll(() => server.end())

  /** Says this a letter at a time, without end, and gives what was heard when the server hung up. */
  function trickle(text: string): Promise<string> {
    const socket = connect(Number(new URL(server.url).port), 'localhost').on('error', () => {})
    let heard = ''
    socket.setEncoding('latin1').on('data', (part: string) => (heard += part))
    let at = 0
    const timer = setInterval(() => socket.write(text[at++ % text.length]!), 20)
    return new Promise((resolve) =>
      socket.once('close', () => {
        clearInterval(timer)
        resolve(heard)
      }),
    )
  }

  it.each([
    ['headers', 'GET /api/info HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
    [
      'an upgrade',
      'GET /yjs/AAAA HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ',
    ],
  ])('L3 %s that come a byte at a time are hung up on', async (_what, text) => {
    const before = await refused(server, 'http', 'too-slow')
    const heard = await trickle(text)
    expect(heard).toMatch(/^HTTP\/1\.1 408 /)
    expect(heard).toContain('"code":"too-slow"')
    expect(await refused(server, 'http', 'too-slow')).toBe(before + 1)
  })

  it('L3 a connection on which nothing is said is hung up on', async () => {
    const socket = connect(Number(new URL(server.url).port), 'localhost').resume()
    await new Promise((resolve) => socket.once('close', resolve))
  })

  it('L3 a Yjs connection that never asks for the document is closed, whatever else it says', async () => {
    const client = rawYjs(server, ann)
    await client.opened
    const chatter = setInterval(() => client.socket.send(Uint8Array.of(1, 1, 0)), 30)
    expect(await client.closed).toBe(4503)
    clearInterval(chatter)
    expect(await refused(server, 'yjs', 'too-slow')).toBe(1)
    const honest = keep(connectYjs(server, ann))
    await honest.synced()
  })

  it('L3 one whose other end is gone without a word is ended', async () => {
    const before = await refused(server, 'yjs', 'too-slow')
    const client = rawYjs(server, ann, { autoPong: false })
    await client.opened
    client.socket.send(syncMessage(0, Uint8Array.of(0)))
    expect(await client.closed).toBe(1006)
    expect(await refused(server, 'yjs', 'too-slow')).toBe(before + 1)
  })

  it('L3 a socket.io connection that never says whose it is, is closed', async () => {
    const client = rawSocketIo(server)
    await client.opened
    await client.closed
  })
})

describe('sizes', () => {
  it('L4 a Yjs message is refused by its size alone, for good, and before it is read', async () => {
    const server = await startServer({ NURIE_LIMIT_FRAME_BYTES: '1024', NURIE_LIMIT_CATCHUP_BYTES: '2000' })
    const ann = await enter(server, await createRoom(server))
    const closing = async (step: number, bytes: number) => {
      const client = rawYjs(server, ann)
      await client.opened
      client.socket.send(syncMessage(step, new Uint8Array(bytes).fill(255)))
      return client.closed
    }
    const codes = [
      await closing(1, 1999),
      await closing(1, 2000),
      await closing(1, 2001),
      await closing(1, 50_000),
    ]
    expect(codes, 'up to the limit it is read, and is no update').toEqual([4400, 4400, 4413, 4413])
    expect([await closing(2, 1023), await closing(2, 1024), await closing(2, 1025)]).toEqual([
      4400, 4400, 4413,
    ])
    expect(await refused(server, 'yjs', 'update-too-large')).toBe(3)
    await server.end()
  })

  it('L4 a socket.io message of 64 KiB is read, one of a byte more ends its connection', async () => {
    const server = await startServer()
    const ann = await enter(server, await createRoom(server))
    const say = async (bytes: number) => {
      const client = rawSocketIo(server)
      const texts: string[] = []
      client.socket.on('message', (data: Buffer) => void texts.push(data.toString()))
      const noticed = new Promise<string>((resolve) =>
        client.socket.on('message', (data: Buffer) => {
          if (data.toString().includes('bad-event')) resolve('noticed')
        }),
      )
      await client.opened
      client.socket.send(`40${JSON.stringify({ room: ann.room, token: ann.token })}`)
      await expect.poll(() => texts.some((text) => text.includes('welcome'))).toBe(true)
      const envelope = '42["cursor",""]'
      client.socket.send(envelope.replace('""', `"${'x'.repeat(bytes - envelope.length)}"`))
      return Promise.race([noticed, client.closed.then(() => 'closed')])
    }
    const most = limits.socketBytes
    expect([await say(most - 1), await say(most), await say(most + 1)]).toEqual([
      'noticed',
      'noticed',
      'closed',
    ])
    expect(await refused(server, 'socket', 'update-too-large')).toBe(1)
    await server.end()
  })

  it('L4 a room’s bytes are counted: what fits is let in, what does not is refused for good', async () => {
    const server = await startServer({ NURIE_LIMIT_ROOM_BYTES: '1200' })
    const ann = await enter(server, await createRoom(server))
    const painter = keep(connectYjs(server, ann))
    const told = keep(connectSocket(server, ann))
    await Promise.all([painter.synced(), told.until('welcome')])
    painter.doc.getArray('strokes').push([strokeOf('fits', ann.guest.id, { count: 300 })])
    await told.until('saved', ({ clock }) => clock[painter.doc.clientID] === 1)
    painter.doc.getArray('strokes').push([strokeOf('too much', ann.guest.id, { count: 300 })])
    expect(await painter.closed()).toEqual({ code: 4413, reason: 'page-full' })
    expect(painter.provider.shouldConnect).toBe(false)
    await server.end()
  })

  it('L4 huge headers are refused with a code', async () => {
    const server = await startServer()
    const { status } = await fetch(`${server.url}/api/info`, { headers: { 'x-long': 'x'.repeat(10_000) } })
    expect(status).toBe(200)
    const long = await fetch(`${server.url}/api/info`, { headers: { 'x-long': 'x'.repeat(20_000) } })
    expect([long.status, await long.json()]).toMatchObject([431, { code: 'headers-too-large' }])
    expect(await refused(server, 'http', 'headers-too-large')).toBe(1)
    await server.end()
  })
})

describe('rates', () => {
  let server: TestServer
  let room: TestRoom
  beforeAll(async () => {
    server = await startServer()
    room = await createRoom(server)
  })
  afterAll(() => server.end())

  it('L8 a stock client that painted too fast comes back by itself, and all of it arrives, once', async () => {
    const ann = await enter(server, room)
    const painter = keep(connectYjs(server, ann))
    const watcher = keep(connectYjs(server, await enter(server, room)))
    await Promise.all([painter.synced(), watcher.synced()])
    for (let i = 0; i < 260; i++) painter.paint(`fast-${i}`, ann.guest.id)
    expect(await painter.closed()).toEqual({ code: 4529, reason: 'too-fast' })
    await watcher.until(() => watcher.ids().includes('fast-259'))
    expect(watcher.ids()).toEqual(painter.ids())
    expect(new Set(watcher.ids()).size).toBe(260)
  })

  it('L8 too many messages: the burst is heard, one more closes', async () => {
    const client = rawYjs(server, await enter(server, room))
    await client.opened
    for (let i = 0; i < limits.messageBurst; i++) client.socket.send(Uint8Array.of(1, 1, 0))
    client.socket.send(Uint8Array.of(3))
    for (let i = 0; i < 30; i++) client.socket.send(Uint8Array.of(1, 1, 0))
    expect(await client.closed).toBe(4529)
  })

  it('L7 cursors that come too fast are dropped, and counted', async () => {
    const ann = keep(connectSocket(server, await enter(server, room)))
    const bob = keep(connectSocket(server, await enter(server, room)))
    await Promise.all([ann.until('welcome'), bob.until('welcome')])
    for (let i = 0; i < 60; i++) ann.socket.emit('cursor', { x: i, y: 0 })
    ann.socket.emit('nope' as never)
    await ann.until('notice')
    const dropped = await metric(server, 'nurie_dropped_total{event="cursor"}')
    expect(dropped).toBeGreaterThan(20)
    expect(dropped + bob.count('cursor')).toBeLessThanOrEqual(60)
    expect(await refused(server, 'socket', 'unknown-event')).toBe(1)
  })

  it('L7 what is refused before any channel is counted as well', async () => {
    await fetch(`${server.url}/nowhere`)
    const foreign = connectRaw(`${server.url}/yjs/${room.room}`, [], {
      headers: { origin: 'https://evil.example' },
    })
    expect(await foreign.status).toBe(403)
    const nowhere = connectRaw(`${server.url}/nowhere`, [])
    expect(await nowhere.status).toBe(404)
    expect(await refused(server, 'http', 'not-found')).toBe(2)
    expect(await refused(server, 'http', 'foreign-origin')).toBe(1)
  })

  it('L8 wrong keys: twenty a minute are answered as wrong, one more is not looked at', async () => {
    const own = await startServer()
    const answers: number[] = []
    for (let i = 0; i < 21; i++)
      answers.push((await post(own, `/api/rooms/${room.room}/sessions`, { key: `guess ${i}` })).status)
    expect(answers.slice(18)).toEqual([404, 404, 429])
    await own.end()
  })

  it('L8 wrong keys for new rooms: so is a twenty-first, and the right one with it', async () => {
    const own = await startServer({ NURIE_CREATE_KEY: 'the create key' })
    const create = async (key: string) =>
      (await post(own, '/api/rooms', { sample: 'cats' }, { 'x-nurie-create-key': key })).status
    expect(await create('the create key')).toBe(201)
    const answers: number[] = []
    for (let i = 0; i < 21; i++) answers.push(await create(`guess ${i}`))
    expect(answers.slice(18)).toEqual([403, 403, 429])
    expect(await create('the create key')).toBe(429)
    await own.end()
  })

  it('L8 swatches: 256 and no more', async () => {
    const ann = await enter(server, await createRoom(server))
    const full = new Y.Doc()
    full.transact(() => {
      for (let i = 0; i < limits.paletteEntries; i++)
        full.getMap('palette').set(`k${i}`, { name: 'x', color: i })
    })
    const painter = keep(connectYjs(server, ann, full))
    const told = keep(connectSocket(server, ann))
    await Promise.all([painter.synced(), told.until('welcome')])
    await told.until('saved', ({ clock }) => clock[full.clientID] === limits.paletteEntries)
    full.getMap('palette').set('k0', { name: 'again', color: 1 })
    await told.until('saved', ({ clock }) => clock[full.clientID] === limits.paletteEntries + 1)
    full.getMap('palette').set('one more', { name: 'x', color: 1 })
    expect(await painter.closed()).toEqual({ code: 4413, reason: 'page-full' })
  })
})

describe('slow readers of events', () => {
  it('L6 what queues for one who does not read is bounded, and ends with the connection; the others go on', async () => {
    const server = await startServer()
    const room = await createRoom(server)
    const [ann, bob] = [await enter(server, room), await enter(server, room)]
    const watcher = keep(connectSocket(server, bob))
    await watcher.until('welcome')
    const reader = rawSocketIo(server)
    await reader.opened
    reader.socket.send(`40${JSON.stringify({ room: room.room, token: ann.token })}`)
    await watcher.until('presence', (guests) => guests.length === 2)
    reader.socket.pause()
    // More than the network between the two holds, and than may wait.
    const long = 'x'.repeat(2_000) as 'idle'
    for (let revision = 1; revision <= 12_000; revision++) {
      server.coloring.status(room.room, long, revision)
      if (revision % 500 === 0) await new Promise(setImmediate)
    }
    await watcher.until('status', ({ revision }) => revision === 12_000)
    await watcher.until('presence', (guests) => guests.length === 1)
    expect(await refused(server, 'socket', 'too-slow')).toBe(1)
    await server.end()
  })
})
