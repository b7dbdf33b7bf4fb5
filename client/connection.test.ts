import { cp, rm } from 'node:fs/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  connectYjs,
  createRoom,
  enter,
  startServer,
  type TestRoom,
  type TestServer,
} from '../server/app.fixture.ts'
import { limits } from '../shared/limits.ts'
import { openTab, openWire, type Tab } from './painter.fixture.ts'

let server: TestServer
let wire: Awaited<ReturnType<typeof openWire>>
let room: TestRoom
let device = 0
const ends: (() => unknown)[] = []

beforeEach(async () => {
  server = await startServer()
  wire = await openWire(server)
  room = await createRoom(server)
})

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  wire.close()
  await server.end()
})

const newDevice = () => ({ name: `device-${++device}` })

async function open(on: { name: string | null; previous?: string }): Promise<Tab> {
  const tab = await openTab({ ...room, url: wire.url }, on)
  ends.push(() => tab.end())
  return tab
}

/** What a stranger who comes in now sees. */
async function onServer(): Promise<string[]> {
  const stranger = connectYjs(server, await enter(server, room, 'view'))
  await stranger.synced()
  stranger.close()
  return stranger.ids()
}

/** The server as an operator would restore it: from a copy of its folder. */
async function backup(): Promise<() => Promise<void>> {
  await server.close()
  const copy = `${server.folder}-copy`
  await cp(server.folder, copy, { recursive: true })
  await server.restart()
  wire.mend(server)
  return async () => {
    await server.close()
    await rm(server.folder, { recursive: true })
    await cp(copy, server.folder, { recursive: true })
    await rm(copy, { recursive: true })
    await server.restart()
    wire.mend(server)
  }
}

const asHost = async (path: string, init: RequestInit) => {
  const host = await enter(server, room, 'host')
  const headers = {
    authorization: `Bearer ${host.token}`,
    ...(init.body && { 'content-type': 'application/json' }),
  }
  const answer = await fetch(`${server.url}/api/rooms/${room.room}${path && `/${path}`}`, {
    ...init,
    headers,
  })
  expect(answer.ok).toBe(true)
}
const lock = (locked: boolean) => asHost('', { method: 'PATCH', body: JSON.stringify({ locked }) })

describe('exactly once', () => {
  test('C8 strokes painted before, while and after the wire was cut arrive once and in order', async () => {
    const tab = await open(newDevice())
    await tab.saved()
    tab.paint('a')
    await tab.saved()
    wire.cut()
    await tab.until(() => tab.state === 'offline')
    tab.paint('b')
    tab.paint('c')
    tab.history.undo()
    wire.mend()
    await tab.saved()
    tab.paint('d')
    await tab.saved()
    expect(tab.ids).toEqual(['a', 'b', 'd'])
    expect(await onServer()).toEqual(['a', 'b', 'd'])
  })

  test('C8 what a closed tab had not sent comes with the next visit, once', async () => {
    const mine = newDevice()
    const first = await open(mine)
    await first.saved()
    first.paint('a')
    await first.saved()
    wire.cut()
    await first.until(() => first.state === 'offline')
    first.paint('b')
    first.paint('c')
    const previous = first.connection.session.token
    await first.end()
    wire.mend()
    const second = await open({ ...mine, previous })
    await second.saved()
    expect(second.ids).toEqual(['a', 'b', 'c'])
    expect(await onServer()).toEqual(['a', 'b', 'c'])
    expect(second.renewals).toBe(0)
  })
})

describe('backlog', () => {
  test('C1 a day’s work of 4 MB goes through in pieces, each stroke once', async () => {
    const tab = await open(newDevice())
    await tab.saved()
    wire.cut()
    await tab.until(() => tab.state === 'offline')
    const ids = Array.from({ length: 450 }, (_, i) => `s${i}`)
    for (const id of ids) tab.paint(id, 1_900)
    let bytes = 0
    for (const { update } of tab.work.changes) bytes += update.length
    expect(bytes).toBeGreaterThan(4_200_000)
    const states: string[] = []
    tab.connection.on('saving', (state) => states.push(state))
    wire.mend()
    await tab.saved()
    expect(await onServer()).toEqual(ids)
    // Once online it stayed so: no limit was hit.
    expect(states.slice(states.indexOf('saving'))).not.toContain('offline')
    expect(tab.renewals).toBe(0)
  })
})

describe('restored server', () => {
  test('C2 what a restored server lacks comes again from everybody who made it, once; what was undone does not', async () => {
    const mine = newDevice()
    const [ann, ben] = [await open(mine), await open(newDevice())]
    await ann.saved()
    ann.paint('old')
    await ann.saved()
    const restore = await backup()
    await ann.saved()
    ben.paint('b1')
    await ann.until(() => ann.ids.includes('b1'))
    ann.paint('a1')
    ann.paint('a2')
    await ann.saved()
    ann.history.undo()
    await ann.saved()
    await ben.until(() => ben.ids.length === 3)
    ben.paint('b2')
    await ben.saved()
    await ann.until(() => ann.ids.includes('b2'))
    await restore()
    await Promise.all([ann, ben].map((tab) => tab.until(() => tab.renewals > 0 && tab.ids.length === 4)))
    await Promise.all([ann.saved(), ben.saved()])
    expect((await onServer()).toSorted()).toEqual(['a1', 'b1', 'b2', 'old'])
    expect(ann.ids).toEqual(ben.ids)
    ann.paint('a3')
    await ann.saved()
    expect((await onServer()).toSorted()).toEqual(['a1', 'a3', 'b1', 'b2', 'old'])
  })

  test('C2 a tab that was closed meanwhile brings its own again, too', async () => {
    const mine = newDevice()
    const [ann, ben] = [await open(mine), await open(newDevice())]
    await ann.saved()
    const restore = await backup()
    await Promise.all([ann.saved(), ben.saved()])
    ben.paint('b1')
    await ann.until(() => ann.ids.includes('b1'))
    ann.paint('a1')
    await ann.saved()
    const previous = ann.connection.session.token
    await ann.end()
    await ben.end()
    await restore()
    const again = await open({ ...mine, previous })
    await again.saved()
    expect(await onServer()).toEqual(['a1'])
    expect(again.ids).toEqual(['a1'])
  })

  test('C2 an undo that only the backup has not heard of is undone there again', async () => {
    const ann = await open(newDevice())
    await ann.saved()
    ann.paint('a')
    await ann.saved()
    const restore = await backup()
    await ann.saved()
    ann.history.undo()
    await ann.saved()
    expect(await onServer()).toEqual([])
    await restore()
    // A server that said that it ends is not called offline for a moment.
    await ann.until(() => ann.state !== 'saved')
    await ann.saved()
    expect(await onServer()).toEqual([])
  })
})

describe('two tabs of one person', () => {
  async function twoTabs() {
    const mine = newDevice()
    const first = await open(mine)
    const second = await open({ ...mine, previous: first.connection.session.token })
    await Promise.all([first.saved(), second.saved()])
    expect(second.me).toBe(first.me)
    return [first, second] as const
  }

  test('C3 each writes with a Yjs client of its own, sees the other’s strokes, and nothing is there twice', async () => {
    const [first, second] = await twoTabs()
    expect(first.connection.doc.clientID).not.toBe(second.connection.doc.clientID)
    first.paint('a')
    second.paint('b')
    await Promise.all([first, second].map((tab) => tab.until(() => tab.ids.length === 2)))
    await Promise.all([first.saved(), second.saved()])
    expect((await onServer()).toSorted()).toEqual(['a', 'b'])
    first.history.undo()
    await first.saved()
    await second.until(() => second.ids.length === 1)
    expect(await onServer()).toEqual(['b'])
  })

  test('C3 what one painted offline is in the other at once, which brings it to the server even if the first is gone', async () => {
    const [first, second] = await twoTabs()
    wire.cut()
    await Promise.all([first, second].map((tab) => tab.until(() => tab.state === 'offline')))
    first.paint('a')
    await second.until(() => second.ids.includes('a'))
    second.paint('b')
    first.paint('c')
    await second.until(() => second.ids.includes('c'))
    await first.end()
    wire.mend()
    await second.saved()
    expect((await onServer()).toSorted()).toEqual(['a', 'b', 'c'])
    expect(second.ids).toHaveLength(3)
  })

  test('C3 both send what both hold, and it is there once', async () => {
    const [first, second] = await twoTabs()
    wire.cut()
    await Promise.all([first, second].map((tab) => tab.until(() => tab.state === 'offline')))
    for (const id of ['a', 'b', 'c']) first.paint(id)
    await second.until(() => second.ids.length === 3)
    wire.mend()
    await Promise.all([first.saved(), second.saved()])
    expect(await onServer()).toEqual(['a', 'b', 'c'])
    expect([first.ids, second.ids]).toEqual([first.ids, first.ids])
  })

  test('C3 of two tabs that find the server restored only one brings their strokes again', async () => {
    const restore = await backup()
    const [first, second] = await twoTabs()
    const ben = await open(newDevice())
    await ben.saved()
    ben.paint('b')
    await Promise.all([first, second].map((tab) => tab.until(() => tab.ids.includes('b'))))
    await ben.end()
    first.paint('m1')
    second.paint('m2')
    await Promise.all([first.saved(), second.saved()])
    await restore()
    const both = [first, second]
    await Promise.all(both.map((tab) => tab.until(() => tab.renewals > 0 && !tab.ids.includes('b'))))
    await Promise.all(both.map((tab) => tab.until(() => tab.ids.length === 2)))
    await Promise.all(both.map((tab) => tab.saved()))
    expect((await onServer()).toSorted()).toEqual(['m1', 'm2'])
  })
})

describe('refused for good', () => {
  test('C4 only the stroke at fault is set aside, with why; the others go on, also over another visit', async () => {
    const mine = newDevice()
    const tab = await open(mine)
    await tab.saved()
    wire.cut()
    await tab.until(() => tab.state === 'offline')
    for (let i = 0; i < 20; i++) {
      if (i === 7) tab.paint('bad', limits.points + 1)
      tab.paint(`s${i}`)
    }
    const good = Array.from({ length: 20 }, (_, i) => `s${i}`)
    wire.mend()
    await tab.until(() => tab.work.aside.length > 0 && tab.connection.isSynced && tab.ids.length === 20)
    await tab.saved()
    expect(tab.work.aside.map(({ stroke, code }) => [stroke.id, code])).toEqual([['bad', 'stroke-refused']])
    expect((await onServer()).toSorted()).toEqual(good.toSorted())
    const previous = tab.connection.session.token
    await tab.end()
    const later = await open({ ...mine, previous })
    await later.saved()
    expect(later.work.aside.map(({ stroke }) => stroke.id)).toEqual(['bad'])
    expect(later.renewals).toBe(0)
    later.paint('next')
    await later.saved()
    expect(await onServer()).toHaveLength(21)
  })

  test('C4 a stroke set aside can be tried again, and thrown away', async () => {
    const small = await startServer({ NURIE_LIMIT_STROKES: '2' })
    ends.push(() => small.end())
    wire.mend(small)
    room = await createRoom(small)
    const tab = await open(newDevice())
    await tab.saved()
    tab.paint('a')
    tab.paint('b')
    await tab.saved()
    tab.paint('c')
    await tab.until(() => tab.work.aside.length === 1 && tab.connection.isSynced)
    expect(tab.work.aside[0]!.code).toBe('page-full')
    await tab.saved()
    await tab.connection.tryAgain(tab.work.aside)
    await tab.until(() => tab.work.aside.length === 1 && tab.renewals === 2 && tab.connection.isSynced)
    await tab.saved()
    const friend = await open(newDevice())
    await friend.until(() => friend.ids.length === 2)
    await tab.work.dropAside(['c'])
    expect(tab.work.aside).toEqual([])
    expect(tab.work.unsent()).toEqual([])
  })

  test('C4 a locked page sets nothing aside: what is unsent waits until it is open again', async () => {
    const tab = await open(newDevice())
    await tab.saved()
    wire.cut()
    await tab.until(() => tab.state === 'offline')
    tab.paint('a')
    await lock(true)
    wire.mend()
    await tab.until(() => tab.connection.isSynced && tab.connection.session.page.locked)
    expect(await onServer()).toEqual([])
    tab.paint('b')
    await lock(false)
    await tab.saved()
    expect(await onServer()).toEqual(['a', 'b'])
    expect([tab.work.aside, tab.renewals]).toEqual([[], 0])
  })
})

describe('out', () => {
  test('C9 who is removed is told so, and keeps what was not sent', async () => {
    const tab = await open(newDevice())
    await tab.saved()
    await lock(true)
    await tab.until(() => tab.connection.session.page.locked)
    tab.paint('a')
    await asHost(`guests/${tab.me}`, { method: 'DELETE' })
    await tab.until(() => tab.refusal !== undefined)
    expect(tab.refusal!.code).toBe('removed')
    expect(tab.work.unsent().map(({ id }) => id)).toEqual(['a'])
  })
})

describe('this device', () => {
  test('C5 without storage all works, is said not to be kept, and survives a restored server all the same', async () => {
    const tab = await open({ name: null })
    await tab.saved()
    const restore = await backup()
    const ben = await open(newDevice())
    await ben.saved()
    ben.paint('b')
    await tab.until(() => tab.ids.includes('b'))
    tab.paint('a')
    await tab.saved()
    expect([tab.work.isFailing, tab.work.isKept]).toEqual([true, true])
    await ben.end()
    await restore()
    await tab.until(() => tab.renewals === 1 && tab.connection.isSynced)
    await tab.saved()
    expect(await onServer()).toEqual(['a'])
    wire.cut()
    await tab.until(() => tab.state === 'offline')
    tab.paint('c')
    expect([tab.work.isFailing, tab.work.isKept]).toEqual([true, false])
  })

  test('C7 closed while it is still saving, a tab loses nothing that was kept', async () => {
    const mine = newDevice()
    const tab = await open(mine)
    await tab.saved()
    wire.stall()
    tab.paint('a')
    expect(tab.state).toBe('saving')
    expect(tab.work.isKept).toBe(false)
    await tab.until(() => tab.work.isKept)
    expect(tab.state).toBe('saving')
    const previous = tab.connection.session.token
    await tab.end()
    wire.cut()
    wire.mend()
    const later = await open({ ...mine, previous })
    await later.saved()
    expect(await onServer()).toEqual(['a'])
  })
})
