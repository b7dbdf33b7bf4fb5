import type { WebSocket } from 'ws'
import { encodePoints } from '../../shared/points.ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import {
  connectRaw,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  startServer,
  strokeOf,
  type TestRoom,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'
import { syncMessage } from './yjsConnection.ts'

let server: TestServer
let room: TestRoom
const open: { close(): void }[] = []
const keep = <T extends { close(): void }>(client: T): T => {
  open.push(client)
  return client
}

beforeAll(async () => {
  server = await startServer(
    { NURIE_LIMIT_FRAME_BYTES: '4096', NURIE_LIMIT_CATCHUP_BYTES: '20000', NURIE_LIMIT_COMMITS: '300' },
    { keepAliveMs: 100 },
  )
})
afterAll(() => server.end())
afterEach(() => open.splice(0).forEach((client) => client.close()))

async function session(role: 'host' | 'edit' | 'view' = 'edit'): Promise<TestSession> {
  room ??= await createRoom(server)
  return enter(server, room, role)
}

const updateWith = (change: (doc: Y.Doc) => void) => {
  const doc = new Y.Doc()
  change(doc)
  return Y.encodeStateAsUpdate(doc)
}

async function raw(who: TestSession) {
  const client = connectRaw(`${server.url}/yjs/${who.room}`, ['nurie', who.token])
  open.push({ close: () => client.socket.terminate() })
  await client.opened
  await client.messages.until(() => true)
  return client
}

describe('stock clients', () => {
  it('Y1 two clients converge, and one that drew offline brings its strokes along', async () => {
    const [ann, bob] = [await session(), await session()]
    const a = keep(connectYjs(server, ann))
    const b = keep(connectYjs(server, bob))
    await Promise.all([a.synced(), b.synced()])
    a.paint('y1-a', ann.guest.id)
    b.paint('y1-b', bob.guest.id)
    await Promise.all([a.until(() => a.ids().includes('y1-b')), b.until(() => b.ids().includes('y1-a'))])
    a.provider.disconnect()
    a.paint('y1-offline', ann.guest.id)
    b.paint('y1-meanwhile', bob.guest.id)
    a.provider.connect()
    await Promise.all([
      a.until(() => a.ids().includes('y1-meanwhile')),
      b.until(() => b.ids().includes('y1-offline')),
    ])
    expect(a.ids()).toEqual(b.ids())
    expect(new Set(a.ids()).size).toBe(a.ids().length)
  })

  it('Y1 undo takes back one’s own stroke only, and redo brings it back', async () => {
    const [ann, bob] = [await session(), await session()]
    const a = keep(connectYjs(server, ann))
    const b = keep(connectYjs(server, bob))
    await Promise.all([a.synced(), b.synced()])
    const undo = new Y.UndoManager(a.strokes, { captureTimeout: 0 })
    a.paint('undo-a', ann.guest.id)
    await b.until(() => b.ids().includes('undo-a'))
    b.paint('undo-b', bob.guest.id)
    await a.until(() => a.ids().includes('undo-b'))
    undo.undo()
    await b.until(() => !b.ids().includes('undo-a'))
    undo.redo()
    await b.until(() => b.ids().includes('undo-a'))
    expect(b.ids().indexOf('undo-a')).toBeLessThan(b.ids().indexOf('undo-b'))
    expect(a.ids()).toEqual(b.ids())
  })

  it('Y1 both may change title and swatches in turn', async () => {
    const [ann, bob] = [await session(), await session()]
    const a = keep(connectYjs(server, ann))
    const b = keep(connectYjs(server, bob))
    await Promise.all([a.synced(), b.synced()])
    for (const [from, to, title] of [
      [a, b, 'one'],
      [b, a, 'two'],
      [a, b, 'three'],
    ] as const) {
      from.doc.getMap('page').set('title', title)
      from.doc.getMap('palette').set('sky', { name: title, color: 0x3366ff })
      await to.until(
        () => to.doc.getMap('page').get('title') === title && to.doc.getMap('palette').has('sky'),
      )
    }
  })

  it('Y2 a quiet connection hears an empty awareness message again and again', async () => {
    const client = await raw(await session())
    let heard = 0
    client.socket.on('message', (data: Buffer) => {
      if (data.equals(Buffer.of(1, 1, 0))) heard++
    })
    await expect.poll(() => heard).toBeGreaterThan(1)
  })

  it('Y4 awareness is not passed on', async () => {
    const [ann, bob] = [await session(), await session()]
    const a = keep(connectYjs(server, ann))
    const b = keep(connectYjs(server, bob))
    await Promise.all([a.synced(), b.synced()])
    a.provider.awareness.setLocalState({ name: 'Mallory' })
    a.paint('y4', ann.guest.id)
    await b.until(() => b.ids().includes('y4'))
    expect(b.provider.awareness.getStates().size).toBe(1)
  })
})

describe('refusals', () => {
  /** Sends bytes that must be refused while somebody else paints, and looks that only the sender is touched. */
  async function refused(send: (who: TestSession) => Uint8Array, role: 'edit' | 'view' = 'edit') {
    const [mallory, bob] = [await session(role), await session()]
    const b = keep(connectYjs(server, bob))
    const told = keep(connectSocket(server, mallory))
    const others = keep(connectSocket(server, bob))
    await Promise.all([b.synced(), told.until('welcome'), others.until('welcome')])
    const before = JSON.stringify(b.doc.toJSON())
    const client = await raw(mallory)
    client.socket.send(send(mallory))
    const code = await client.closed
    const notice = (await told.until('notice')) as { code: string }
    expect(others.count('notice')).toBe(0)
    const fresh = keep(connectYjs(server, bob))
    await fresh.synced()
    expect(JSON.stringify(fresh.doc.toJSON())).toBe(before)
    b.paint(`after-${Math.random()}`, bob.guest.id)
    await fresh.until(() => fresh.ids().length === b.ids().length)
    return { code, notice: notice.code }
  }

  it('G1 G2 malformed bytes: 4400', async () => {
    expect(await refused(() => syncMessage(2, Uint8Array.of(1, 2, 3, 255, 255)))).toEqual({
      code: 4400,
      notice: 'malformed-update',
    })
  })

  it('G1 G2 an unknown message, a cut-short one and text: 4400', async () => {
    for (const bytes of [Uint8Array.of(9), Uint8Array.of(0, 2, 200), new Uint8Array(0)]) {
      const client = await raw(await session())
      client.socket.send(bytes)
      expect(await client.closed).toBe(4400)
    }
    const client = await raw(await session())
    client.socket.send('hello')
    expect(await client.closed).toBe(4400)
  })

  it('G1 G2 a foreign root type: 4400', async () => {
    const update = updateWith((doc) => doc.getMap('secrets').set('a', 1))
    expect(await refused(() => syncMessage(2, update))).toEqual({ code: 4400, notice: 'foreign-content' })
  })

  it('G1 G3 a stroke in another guest’s name: 4403', async () => {
    const update = updateWith((doc) => doc.getArray('strokes').push([strokeOf('x', 'somebody')]))
    expect(await refused(() => syncMessage(2, update))).toEqual({ code: 4403, notice: 'forged-author' })
  })

  it('G1 G5 a viewer’s update: 4403', async () => {
    const from = (who: TestSession) =>
      syncMessage(
        2,
        updateWith((doc) => doc.getArray('strokes').push([strokeOf('x', who.guest.id)])),
      )
    expect(await refused(from, 'view')).toEqual({ code: 4403, notice: 'viewer-update' })
  })

  it('G1 G6 an update above the limit: 4413', async () => {
    const from = (who: TestSession) =>
      syncMessage(
        2,
        updateWith((doc) => doc.getArray('strokes').push([strokeOf('x', who.guest.id, { count: 1500 })])),
      )
    expect(await refused(from)).toEqual({ code: 4413, notice: 'update-too-large' })
  })

  it('G6 a catch-up may be larger than an update, up to its own limit', async () => {
    const many = (who: TestSession, count: number) =>
      updateWith((doc) =>
        doc
          .getArray('strokes')
          .push(Array.from({ length: count }, (_, i) => strokeOf(`c${i}`, who.guest.id, { count: 100 }))),
      )
    const ann = await session()
    const large = many(ann, 40)
    expect(large.length).toBeGreaterThan(4096)
    const client = await raw(ann)
    const watcher = keep(connectYjs(server, await session()))
    client.socket.send(syncMessage(1, large))
    await watcher.until(() => watcher.ids().includes('c39'))
    client.socket.send(syncMessage(1, many(ann, 100)))
    expect(await client.closed).toBe(4413)
  })

  it('G5 a viewer with the stock client stays and sees', async () => {
    const [ann, viewer] = [await session(), await session('view')]
    const a = keep(connectYjs(server, ann))
    const v = keep(connectYjs(server, viewer))
    await Promise.all([a.synced(), v.synced()])
    a.paint('g5', ann.guest.id)
    await v.until(() => v.ids().includes('g5'))
    // Comes back with a whole document and its deletes: still no news.
    v.provider.disconnect()
    v.provider.connect()
    await v.synced()
    a.paint('g5-again', ann.guest.id)
    await v.until(() => v.ids().includes('g5-again'))
  })

  it('G5 a viewer who paints in the stock client is stopped for good', async () => {
    const viewer = await session('view')
    const v = keep(connectYjs(server, viewer))
    await v.synced()
    v.paint('g5-no', viewer.guest.id)
    expect(await v.closed()).toEqual({ code: 4403, reason: 'viewer-update' })
    expect(v.provider.shouldConnect).toBe(false)
  })

  it('G7 a live update that overtakes its catch-up does no harm; a gap later is refused', async () => {
    const ann = await session()
    const doc = new Y.Doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => void updates.push(update))
    for (const id of ['g7-1', 'g7-2']) doc.getArray('strokes').push([strokeOf(id, ann.guest.id)])
    const client = await raw(ann)
    const watcher = keep(connectYjs(server, await session()))
    client.socket.send(syncMessage(2, updates[1]!))
    client.socket.send(syncMessage(1, Y.encodeStateAsUpdate(doc)))
    await watcher.until(() => watcher.ids().includes('g7-2'))
    expect(watcher.ids().filter((id) => id.startsWith('g7'))).toEqual(['g7-1', 'g7-2'])
    for (const id of ['g7-3', 'g7-4']) doc.getArray('strokes').push([strokeOf(id, ann.guest.id)])
    client.socket.send(syncMessage(2, updates[3]!))
    expect(await client.closed).toBe(4400)
  })

  it('G6 too many messages: 4529, which the stock client tries again', async () => {
    const client = await raw(await session())
    for (let i = 0; i < 400; i++) client.socket.send(Uint8Array.of(1, 1, 0))
    expect(await client.closed).toBe(4529)
  })
})

describe('slow readers', () => {
  it('Y3 a paused reader is not sent more; when it reads again it gets what it missed', async () => {
    const own = await startServer({
      NURIE_LIMIT_COMMITS: '10000',
      NURIE_LIMIT_MESSAGES: '10000',
      NURIE_LIMIT_ROOM_BYTES: '90000000',
    })
    const home = await createRoom(own)
    const [ann, bob] = await Promise.all([enter(own, home), enter(own, home, 'view')])
    const painter = keep(connectYjs(own, ann))
    const told = keep(connectSocket(own, ann))
    const reader = keep(connectYjs(own, bob))
    await Promise.all([painter.synced(), reader.synced(), told.until('welcome')])
    const { ws } = reader.provider as unknown as { ws: WebSocket }
    let messages = 0
    ws.on('message', () => messages++)
    ws.pause()
    const large = { ...strokeOf('', ann.guest.id, { count: 1 }) }
    // Far apart, so that each point takes eight bytes.
    large.points = encodePoints(
      Array.from({ length: 6000 }, (_, i) => (i % 6 < 3 ? [0, 0, 0] : [60_000, -60_000, 255])[i % 3]!),
    )
    for (let i = 0; i < 300; i++) {
      painter.doc.transact(() =>
        painter.strokes.push(['a', 'b', 'c'].map((part) => ({ ...large, id: `${i}${part}` }))),
      )
    }
    await told.until('saved', ({ clock }) => clock[painter.doc.clientID] === 900)
    ws.resume()
    await reader.until(() => reader.ids().length === 900)
    expect(reader.ids()).toEqual(painter.ids())
    expect(messages).toBeLessThan(300)
    await own.end()
  })

  it('R7 closing does not wait for a client that hangs', async () => {
    const own = await startServer()
    const home = await createRoom(own)
    const ann = await enter(own, home)
    const hanging = connectRaw(`${own.url}/yjs/${home.room}`, ['nurie', ann.token])
    await hanging.opened
    hanging.socket.pause()
    const painter = keep(connectYjs(own, ann))
    await painter.synced()
    painter.paint('r7', ann.guest.id)
    const watcher = keep(connectYjs(own, ann))
    await watcher.until(() => watcher.ids().includes('r7'))
    const start = performance.now()
    await own.restart()
    expect(performance.now() - start).toBeLessThan(8_000)
    const again = keep(connectYjs(own, ann))
    await again.until(() => again.ids().includes('r7'))
    hanging.socket.terminate()
    await own.end()
  })
})

describe('entering', () => {
  const codeOf = (path: string, protocols: string[]) => connectRaw(server.url + path, protocols).closed

  it('A7 no token and a wrong one: 4401; another room’s token and an unknown room: 4404', async () => {
    const ann = await session()
    expect(await codeOf(`/yjs/${ann.room}`, ['nurie'])).toBe(4401)
    expect(await codeOf(`/yjs/${ann.room}`, ['nurie', 'not.a.token'])).toBe(4401)
    const other = await createRoom(server)
    expect(await codeOf(`/yjs/${other.room}`, ['nurie', ann.token])).toBe(4404)
    expect(await codeOf('/yjs/AAAAAAAAAAAAAAAAAAAAAA', ['nurie', ann.token])).toBe(4404)
  })

  it('A6 a foreign Origin gets HTTP 403 on both channels; an unknown path 404', async () => {
    const ann = await session()
    const headers = { origin: 'https://evil.example' }
    const yjs = connectRaw(`${server.url}/yjs/${ann.room}`, ['nurie', ann.token], { headers })
    const socketIo = connectRaw(`${server.url}/socket.io/?EIO=4&transport=websocket`, [], { headers })
    const nowhere = connectRaw(`${server.url}/nowhere`, [])
    expect(await Promise.all([yjs.status, socketIo.status, nowhere.status])).toEqual([403, 403, 404])
    const own = connectRaw(`${server.url}/yjs/${ann.room}`, ['nurie', ann.token], {
      headers: { origin: server.url },
    })
    await own.opened
    expect(own.socket.protocol).toBe('nurie')
    own.socket.terminate()
  })
})
