import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { encodePoints } from '../../shared/points.ts'
import type { Covers } from '../../shared/protocol.ts'
import {
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  startServer,
  type TestRoom,
  type TestServer,
} from '../app.fixture.ts'

let server: TestServer
let room: TestRoom
const open: { close(): void }[] = []
const keep = <T extends { close(): void }>(client: T): T => {
  open.push(client)
  return client
}

beforeAll(async () => {
  server = await startServer({ NURIE_LIMIT_ROOMS_PER_HOUR: '100' })
})
afterAll(() => server.end())
afterEach(() => open.splice(0).forEach((client) => client.close()))

async function join(
  role: 'host' | 'edit' | 'view' = 'edit',
  more: { name?: string; previous?: string } = {},
) {
  const session = await enter(server, room, role, more)
  const client = keep(connectSocket(server, session))
  await client.until('welcome')
  return { ...client, session }
}

beforeAll(async () => {
  room = await createRoom(server)
})

const chunk = (stroke: string, seq: number, points: number[], more: object = {}) => ({
  stroke,
  seq,
  tool: 'brush',
  color: 0x00ff00,
  width: 80,
  points: encodePoints(points),
  ...more,
})
const lastTouch = () => server.coloring.touches.filter((touch) => touch.room === room.room).at(-1)!

describe('joining', () => {
  it('F1 gets welcome, then saved in full, then the newest frame', async () => {
    const own = await createRoom(server)
    const ann = await enter(server, own)
    const y = keep(connectYjs(server, ann))
    const first = keep(connectSocket(server, ann))
    await Promise.all([y.synced(), first.until('welcome')])
    y.paint('f1', ann.guest.id)
    await first.until('saved', ({ clock }) => clock[y.doc.clientID] === 1)
    server.coloring.frame(own.room, 1, 'draft')
    server.coloring.frame(own.room, 1, 'refined')
    const second = keep(connectSocket(server, await enter(server, own, 'view', { name: 'Bob' })))
    const header = (await second.until('frame')) as object
    expect(header).toMatchObject({ revision: 1, stage: 'refined', width: 32, height: 32, engine: 'test' })
    const names = second.events.map(({ event }) => event)
    expect(names.filter((name) => ['welcome', 'saved', 'frame'].includes(name))).toEqual([
      'welcome',
      'saved',
      'frame',
    ])
    expect(second.events[0]!.args[0]).toMatchObject({
      room: own.room,
      page: { title: 'Two cats', width: 640, height: 480 },
      guest: { name: 'Bob', role: 'view' },
      guests: [{ name: ann.guest.name }, { name: 'Bob' }],
      engine: 'test',
      protocol: 1,
    })
    expect(second.events.find(({ event }) => event === 'saved')!.args[0]).toEqual({
      clock: { [y.doc.clientID]: 1 },
    })
  })

  it('A7 refusals come as connect_error with a code', async () => {
    const ann = await enter(server, room)
    const other = await createRoom(server)
    const codeOf = async (auth: object) => {
      const client = keep(connectSocket(server, ann, { auth }))
      const error = (await client.until('connect_error')) as { data: { code: string } }
      return error.data.code
    }
    expect(await codeOf({ room: room.room })).toBe('no-token')
    expect(await codeOf({ room: room.room, token: 'x.y.z' })).toBe('bad-token')
    expect(await codeOf({ room: other.room, token: ann.token })).toBe('room-not-found')
    expect(await codeOf({ room: 'AAAAAAAAAAAAAAAAAAAAAA', token: ann.token })).toBe('room-not-found')
    expect(await codeOf({ room: 7, token: 'x' })).toBe('bad-request')
  })

  it('N3 presence lists a guest once, however many sockets, until the last has gone', async () => {
    const watcher = await join()
    const ann = await join('edit', { name: 'Ann' })
    const again = keep(connectSocket(server, ann.session))
    await again.until('welcome')
    await watcher.until('presence', (guests) => guests.length === 2)
    ann.close()
    await ann.until('disconnect')
    const cat = await join('edit', { name: 'Cat' })
    await watcher.until('presence', (guests) => guests.length === 3)
    again.close()
    await watcher.until(
      'presence',
      (guests: { name: string }[]) => guests.length === 2 && guests.every(({ name }) => name !== 'Ann'),
    )
    expect(cat.session.guest.name).toBe('Cat')
  })
})

describe('events', () => {
  it('N1 unknown events, bad payloads and stray acks cost a notice, nothing else', async () => {
    const ann = await join()
    const send = ann.socket.emit.bind(ann.socket) as (event: string, ...args: unknown[]) => void
    send('nope', { a: 1 })
    await ann.until('notice', ({ code }) => code === 'unknown-event')
    for (const payload of [null, undefined, 'x', [], { x: 'a', y: 1 }, { x: 1e9, y: 0 }])
      send('cursor', payload)
    await ann.until('notice', ({ code }) => code === 'bad-event')
    send('live', { stroke: 's', seq: 0 })
    send('cursor', { x: 1, y: 2 }, () => {})
    send('cursor')
    const bob = await join()
    send('cursor', { x: 3, y: 4, tool: 'brush' })
    expect(await bob.until('cursor')).toEqual({ x: 3, y: 4, tool: 'brush', guest: ann.session.guest.id })
    expect(ann.socket.connected).toBe(true)
  })

  it('N2 cursors are passed on with their guest, not to their sender; a flood is thinned silently', async () => {
    const [ann, bob] = [await join(), await join()]
    for (let i = 0; i < 60; i++) ann.socket.emit('cursor', { x: i, y: i })
    ann.socket.emit('live', chunk('n2', 0, [1, 1, 255]))
    await bob.until('live')
    expect(bob.count('cursor')).toBeGreaterThan(0)
    expect(bob.count('cursor')).toBeLessThanOrEqual(21)
    expect(ann.count('cursor')).toBe(0)
    expect(ann.count('notice')).toBe(0)
  })

  it('R5 live chunks are merged, painted last, relayed with the guest, and forgotten on commit', async () => {
    const [ann, bob] = [await join(), await join()]
    const y = keep(connectYjs(server, ann.session))
    await y.synced()
    ann.socket.emit('live', chunk('r5', 0, [0, 0, 255, 80, 80, 255]))
    ann.socket.emit('live', chunk('r5', 1, [80, 80, 255, 160, 80, 200]))
    const relayed = (await bob.until('live', ({ seq }) => seq === 1)) as object
    expect(relayed).toMatchObject({ stroke: 'r5', guest: ann.session.guest.id, tool: 'brush', width: 80 })
    const live = lastTouch().strokes.at(-1)!
    expect(live).toMatchObject({ id: 'r5', by: ann.session.guest.id, color: 0x00ff00 })
    expect([...live.points]).toEqual([0, 0, 255, 80, 80, 255, 160, 80, 200])
    y.paint('r5', ann.session.guest.id)
    await bob.until('saved', ({ clock }) => clock[y.doc.clientID] === 1)
    const painted = lastTouch().strokes.filter(({ id }) => id === 'r5')
    expect(painted).toHaveLength(1)
    expect(painted[0]!.points).toHaveLength(6)
  })

  it('R5 a live stroke ends when it is cancelled and when its guest leaves; viewers have none', async () => {
    const [ann, bob] = [await join(), await join()]
    ann.socket.emit('live', chunk('gone', 0, [0, 0, 255]))
    ann.socket.emit('live', { stroke: 'gone', seq: 1, end: true })
    expect(await bob.until('live', ({ end }) => end === true)).toMatchObject({ stroke: 'gone', end: true })
    expect(lastTouch().strokes.some(({ id }) => id === 'gone')).toBe(false)
    ann.socket.emit('live', chunk('left', 0, [0, 0, 255]))
    await bob.until('live', ({ stroke }) => stroke === 'left')
    expect(lastTouch().strokes.at(-1)!.id).toBe('left')
    ann.close()
    await expect.poll(() => lastTouch().strokes.some(({ id }) => id === 'left')).toBe(false)
    const viewer = await join('view')
    viewer.socket.emit('live', chunk('no', 0, [0, 0, 255]))
    await viewer.until('notice', ({ code }) => code === 'viewer-update')
    expect(bob.events.some(({ event, args }) => event === 'live' && args[0].stroke === 'no')).toBe(false)
  })

  it('R5 a socket that is killed in mid-stroke leaves nothing, also of a guest who has another; the others are told', async () => {
    const [ann, bob] = [await join(), await join()]
    const other = keep(connectSocket(server, ann.session))
    await other.until('welcome')
    ann.socket.emit('live', chunk('killed', 0, [0, 0, 255]))
    other.socket.emit('live', chunk('goes on', 0, [0, 0, 255]))
    await bob.until('live', ({ stroke }) => stroke === 'killed')
    await bob.until('live', ({ stroke }) => stroke === 'goes on')
    // As when a cable is cut: no goodbye.
    ;(ann.socket.io.engine.transport as unknown as { ws: { terminate(): void } }).ws.terminate()
    const told = { stroke: 'killed', seq: 1, end: true, guest: ann.session.guest.id }
    expect(await bob.until('live', ({ end }) => end === true)).toEqual(told)
    expect(lastTouch().strokes.map(({ id }) => id)).toContain('goes on')
    expect(lastTouch().strokes.map(({ id }) => id)).not.toContain('killed')
  })

  it('R8 F6 a commit that overtakes chunks ends the stroke; frames say which strokes and chunks they show', async () => {
    const [ann, bob] = [await join(), await join()]
    const y = keep(connectYjs(server, ann.session))
    await y.synced()
    const { opened } = (await ann.until('welcome')) as { opened: Record<string, number> }
    expect(Object.keys(opened)).not.toContain(String(y.doc.clientID))
    ann.socket.emit('live', chunk('f6', 0, [0, 0, 255]))
    ann.socket.emit('live', chunk('f6', 1, [0, 0, 255, 80, 80, 255]))
    await bob.until('live', ({ stroke, seq }) => stroke === 'f6' && seq === 1)
    const partial = lastTouch().revision
    y.paint('f6', ann.session.guest.id)
    await bob.until('saved', ({ clock }) => clock[y.doc.clientID] === 1)
    const whole = lastTouch().revision
    ann.socket.emit('live', chunk('f6', 2, [80, 80, 255, 90, 80, 255]))
    await bob.until('live', ({ stroke, seq }) => stroke === 'f6' && seq === 2)
    expect(lastTouch().strokes.filter(({ id }) => id === 'f6')).toHaveLength(1)
    const coversOf = (revision: number) => {
      server.coloring.frame(room.room, revision, 'draft')
      const covers = bob.events.findLast(
        ({ event, args }) => event === 'frame' && args[0].revision === revision,
      )
      return covers?.args[0].covers as Covers | undefined
    }
    await expect.poll(() => coversOf(partial)).toMatchObject({ live: { f6: 1 } })
    await expect.poll(() => coversOf(whole)).toMatchObject({ clock: { [y.doc.clientID]: 1 } })
    const covers = coversOf(whole)!
    expect(covers.live).not.toHaveProperty('f6')
    expect(covers.lifted).toContain('f6')
  })

  it('R4 the revision grows with every change, also a live chunk', async () => {
    const ann = await join()
    const before = lastTouch().revision
    expect(before).toBeGreaterThanOrEqual(1)
    ann.socket.emit('live', chunk('r4', 0, [0, 0, 255]))
    ann.socket.emit('live', { stroke: 'r4', seq: 1, end: true })
    await expect.poll(() => lastTouch().revision).toBe(before + 2)
  })

  it('E2 who joins while there is no colorist hears so', async () => {
    server.coloring.ready(false)
    const ann = await join()
    expect(await ann.until('status')).toMatchObject({ state: 'down' })
    server.coloring.ready(true)
  })

  it('N2 states of the coloring are told', async () => {
    const ann = await join()
    server.coloring.status(room.room, 'down', 5)
    expect(await ann.until('status', ({ state }) => state === 'down')).toEqual({ state: 'down', revision: 5 })
  })
})

describe('limits', () => {
  it('S11 S12 the coloring hears who looks at a room: somebody, only hidden tabs, nobody', async () => {
    const room = await createRoom(server)
    const heard = () => server.coloring.attentions.filter((each) => each.room === room.room).at(-1)?.attention
    const look = async () => {
      const client = keep(connectSocket(server, await enter(server, room)))
      await client.until('welcome')
      return client
    }
    const [ana, ben] = [await look(), await look()]
    expect(server.coloring.wants).toContain(room.room)
    ana.socket.emit('view', { visible: false })
    ben.socket.emit('view', { visible: 'no' })
    await ben.until('notice', ({ code }: { code: string }) => code === 'bad-event')
    expect(heard()).toBe('seen')
    ben.socket.emit('view', { visible: false })
    await expect.poll(heard).toBe('hidden')
    ana.socket.emit('view', { visible: true })
    await expect.poll(heard).toBe('seen')
    ana.close()
    await expect.poll(heard).toBe('hidden')
    ben.close()
    await expect.poll(heard).toBe('none')
  })

  it('R6 editors, viewers and an address’ sockets are counted', async () => {
    const small = await startServer({
      NURIE_LIMIT_EDITORS: '1',
      NURIE_LIMIT_VIEWERS: '1',
      NURIE_LIMIT_CONNECTIONS: '3',
    })
    try {
      const full = await createRoom(small)
      const [ann, bob, eve, view] = await Promise.all([
        enter(small, full),
        enter(small, full),
        enter(small, full, 'view'),
        enter(small, full, 'view'),
      ])
      const a = keep(connectSocket(small, ann))
      const again = keep(connectSocket(small, ann))
      await Promise.all([a.until('welcome'), again.until('welcome')])
      const b = keep(connectSocket(small, bob))
      expect(await b.until('connect_error')).toMatchObject({ data: { code: 'room-full' } })
      const e = keep(connectSocket(small, eve))
      await e.until('welcome')
      const v = keep(connectSocket(small, view))
      expect(await v.until('connect_error')).toMatchObject({ data: { code: 'too-many-connections' } })
      again.close()
      await expect
        .poll(async () => {
          const retry = keep(connectSocket(small, view))
          return ((await retry.until('connect_error')) as { data: { code: string } }).data.code
        })
        .toBe('room-full')
    } finally {
      await small.end()
    }
  })
})
