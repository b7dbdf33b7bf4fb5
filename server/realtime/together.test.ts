import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  connectSocket,
  createRoom,
  enter,
  startServer,
  type TestRoom,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'

let server: TestServer
let room: TestRoom
const open: { close(): void }[] = []

beforeAll(async () => {
  server = await startServer({ NURIE_LIMIT_ROOMS_PER_HOUR: '100' })
})
afterAll(() => server.end())
beforeEach(async () => {
  room = await createRoom(server)
})
afterEach(() => open.splice(0).forEach((client) => client.close()))

async function connect(session: TestSession) {
  const client = connectSocket(server, session)
  open.push(client)
  await client.until('welcome')
  return { ...client, session, id: session.guest.id }
}
const join = async (role: 'host' | 'edit' | 'view' = 'edit') => connect(await enter(server, room, role))
type Client = Awaited<ReturnType<typeof join>>

const sight = (x: number, more: object = {}) => ({ x, y: 10, width: 800, height: 600, turn: 0, ...more })
/** What was told of an event, oldest first. */
const told = ({ events }: Client, name: string) =>
  events.filter(({ event }) => event === name).map(({ args }) => args[0] as Record<string, unknown>)
/** Everything sent before by `from` has been handled when this has come to `to`. */
async function settled(from: Client, to: Client): Promise<void> {
  const x = Math.floor(Math.random() * 1e6) / 100
  from.socket.emit('cursor', { x, y: 0 })
  await to.until('cursor', (cursor) => cursor.x === x)
}

describe('following', () => {
  it('B1 sights are asked for while somebody follows, and go to followers only', async () => {
    const [ann, bob, cat] = [await join(), await join('view'), await join()]
    ann.socket.emit('sight', sight(1))
    await settled(ann, bob)
    bob.socket.emit('follow', { guest: ann.id })
    expect(await ann.until('followers')).toEqual({ guests: [bob.id] })
    ann.socket.emit('sight', sight(2, { turn: 1.5 }))
    expect(await bob.until('sight')).toEqual({ ...sight(2, { turn: 1.5 }), guest: ann.id })
    // Who comes later gets it at once.
    const dan = await join()
    dan.socket.emit('follow', { guest: ann.id })
    expect(await dan.until('sight')).toMatchObject({ x: 2 })
    expect(await ann.until('followers', ({ guests }) => guests.length === 2)).toBeDefined()
    bob.socket.emit('follow', { guest: null })
    dan.close()
    expect(await ann.until('followers', ({ guests }) => guests.length === 0)).toBeDefined()
    ann.socket.emit('sight', sight(3))
    await settled(ann, cat)
    expect(told(bob, 'sight').map(({ x }) => x)).toEqual([2])
    expect(told(cat, 'sight')).toEqual([])
    expect(told(cat, 'followers')).toEqual([])
  })

  it('B1 of several sockets the one used last counts', async () => {
    const [ann, bob] = [await join(), await join()]
    const second = await connect(ann.session)
    bob.socket.emit('follow', { guest: ann.id })
    for (const [client, x] of [
      [ann, 1],
      [second, 2],
    ] as const) {
      await client.until('followers')
      client.socket.emit('sight', sight(x))
    }
    await bob.until('sight', ({ x }) => x === 2)
    ann.socket.emit('cursor', { x: 0, y: 0 })
    await bob.until('sight', ({ x }) => x === 1)
    // The view moved there: by a hand.
    second.socket.emit('sight', sight(4))
    await bob.until('sight', ({ x }) => x === 4)
    second.close()
    await expect.poll(() => told(bob, 'sight').at(-1)).toMatchObject({ x: 1 })
    expect(told(bob, 'unfollowed')).toEqual([])
    ann.close()
    expect(await bob.until('unfollowed')).toEqual({ guest: ann.id, why: 'left' })
  })

  it('B2 circles, oneself and strangers are not followed; the newest wish counts', async () => {
    const [ann, bob, cat] = [await join(), await join(), await join()]
    bob.socket.emit('follow', { guest: ann.id })
    await ann.until('followers', ({ guests }) => guests[0] === bob.id)
    cat.socket.emit('follow', { guest: bob.id })
    await bob.until('followers', ({ guests }) => guests[0] === cat.id)
    // Ann after Cat after Bob after Ann: Bob lets Ann go.
    ann.socket.emit('follow', { guest: cat.id })
    expect(await bob.until('unfollowed')).toEqual({ guest: ann.id, why: 'follows' })
    await ann.until('followers', ({ guests }) => guests.length === 0)
    await cat.until('followers', ({ guests }) => guests[0] === ann.id)
    expect(told(cat, 'unfollowed')).toEqual([])
    ann.socket.emit('follow', { guest: ann.id })
    await cat.until('followers', ({ guests }) => guests.length === 0)
    expect(told(ann, 'followers').at(-1)).toEqual({ guests: [] })
    ann.socket.emit('follow', { guest: 'nobody' })
    expect(await ann.until('unfollowed')).toEqual({ guest: 'nobody', why: 'left' })
    for (const wrong of [{}, { guest: 7 }, { guest: '' }, null]) ann.socket.emit('follow', wrong)
    for (const wrong of [sight(NaN), { ...sight(1), width: 0 }, sight(1, { turn: 99 })])
      ann.socket.emit('sight', wrong)
    await ann.until('notice', ({ code }) => code === 'bad-event')
    await settled(ann, bob)
  })

  it('B3 a host’s spotlight reaches everybody, joiners too, until it ends or the host has left', async () => {
    const [host, bob] = [await join('host'), await join()]
    bob.socket.emit('spotlight', { on: true })
    expect(await bob.until('notice')).toMatchObject({ code: 'role-too-low' })
    host.socket.emit('spotlight', { on: true })
    for (const each of [host, bob]) expect(await each.until('spotlight')).toEqual({ guest: host.id })
    const cat = await join('view')
    expect(await cat.until('welcome')).toMatchObject({ spotlight: host.id })
    host.socket.emit('spotlight', { on: false })
    for (const each of [bob, cat]) await each.until('spotlight', ({ guest }) => guest === null)
    host.socket.emit('spotlight', { on: true })
    await expect.poll(() => told(bob, 'spotlight').at(-1)).toEqual({ guest: host.id })
    host.close()
    await expect.poll(() => told(bob, 'spotlight').at(-1)).toEqual({ guest: null })
    const dan = await join()
    expect(await dan.until('welcome')).toMatchObject({ spotlight: null })
  })
})

describe('pointing', () => {
  it('B4 a hidden cursor is gone at once, and tells nothing twice', async () => {
    const [ann, bob] = [await join(), await join()]
    ann.socket.emit('cursor', { gone: true })
    ann.socket.emit('cursor', { x: 1, y: 1 })
    ann.socket.emit('cursor', { gone: true })
    ann.socket.emit('cursor', { gone: true })
    ann.socket.emit('ping', { emoji: '👍' })
    await bob.until('ping')
    expect(told(bob, 'cursor')).toEqual([
      { x: 1, y: 1, guest: ann.id },
      { gone: true, guest: ann.id },
    ])
  })

  it('B5 pings and reactions reach the others, viewers’ too; wrong ones are refused, a flood is thinned silently', async () => {
    const [ann, viewer] = [await join(), await join('view')]
    viewer.socket.emit('ping', { x: 80, y: 160 })
    expect(await ann.until('ping')).toEqual({ x: 80, y: 160, guest: viewer.id })
    viewer.socket.emit('ping', { x: 1, y: 2, emoji: '🎉' })
    expect(await ann.until('ping', ({ emoji }) => emoji === '🎉')).toMatchObject({ x: 1, y: 2 })
    viewer.socket.emit('ping', { emoji: '❤️' })
    expect(await ann.until('ping', ({ emoji }) => emoji === '❤️')).toEqual({
      emoji: '❤️',
      guest: viewer.id,
    })
    expect(told(viewer, 'ping')).toEqual([])
    for (const wrong of [{}, { x: 1 }, { x: 1, y: 1e9 }, { emoji: '💣' }, { x: 1, y: 1, emoji: '<b>' }])
      ann.socket.emit('ping', wrong)
    await ann.until('notice', ({ code }) => code === 'bad-event')
    for (let count = 0; count < 40; count++) ann.socket.emit('ping', { x: count, y: 0 })
    await settled(ann, viewer)
    expect(viewer.count('ping')).toBeGreaterThanOrEqual(1)
    expect(viewer.count('ping')).toBeLessThanOrEqual(10)
    expect(told(ann, 'notice').every(({ code }) => code === 'bad-event')).toBe(true)
    const late = await join()
    await settled(ann, late)
    expect(late.count('ping')).toBe(0)
  })
})

describe('idleness', () => {
  type Present = { id: string; idle?: true }[]
  const isIdle = (guests: Present, id: string) => guests.find((guest) => guest.id === id)?.idle

  it('B6 a guest is idle while all their sockets are, and presence says so when it changes', async () => {
    const [ann, bob] = [await join(), await join()]
    const second = await connect(ann.session)
    ann.socket.emit('view', { visible: true, idle: true })
    second.socket.emit('view', { visible: false })
    await bob.until('presence', (guests: Present) => isIdle(guests, ann.id) === true)
    expect(bob.events.filter(({ event }) => event === 'presence').length).toBeLessThanOrEqual(2)
    const cat = await join()
    const { guests } = (await cat.until('welcome')) as { guests: { id: string; idle?: true }[] }
    expect(isIdle(guests, ann.id)).toBe(true)
    ann.socket.emit('view', { visible: true, idle: false })
    await cat.until('presence', (present: Present) => isIdle(present, ann.id) === undefined)
    // The one at which somebody was is closed.
    ann.close()
    await expect
      .poll(() => isIdle(told(cat, 'presence').at(-1) as unknown as Present, ann.id), { timeout: 3_000 })
      .toBe(true)
  })
})
