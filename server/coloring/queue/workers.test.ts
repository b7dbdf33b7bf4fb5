import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isFresher } from '../../../shared/protocol.ts'
import { startRedis, type Service } from '../../cluster/services.fixture.ts'
import { dot, openWorkersTest, type Heard, type TestServer } from './workers.fixture.ts'
import type { Wet } from './wet.ts'

let redis: Service
let test: Awaited<ReturnType<typeof openWorkersTest>>
let number = 0

beforeAll(async () => (redis = await startRedis()))
afterAll(() => redis.end())
beforeEach(async () => (test = await openWorkersTest(redis.url, `test${number++}`)))
afterEach(() => test.close())

const soon = { timeout: 10_000, interval: 10 }
const revisionsOf = (frames: readonly Heard[], stage: string) =>
  frames.filter(({ header }) => header.stage === stage).map(({ header }) => header.revision)

/** A room open at these servers, of which the first looks. */
async function openRoom(...servers: TestServer[]): Promise<string> {
  const room = await test.room()
  for (const [i, { coloring }] of servers.entries()) {
    coloring.open(room, test.line)
    coloring.attend(room, i === 0 ? 'seen' : 'none', true)
  }
  return room
}
const framesOf = ({ frames }: TestServer, room: string) => frames.get(room) ?? []
const refined = ({ frames }: TestServer, room: string) =>
  revisionsOf(frames.get(room) ?? [], 'refined').at(-1) ?? 0

async function ready(...servers: TestServer[]): Promise<void> {
  for (const { coloring } of servers) await expect.poll(() => coloring.isReady(), soon).toBe(true)
}

describe('rooms and workers', () => {
  it('Q30 many changes while a room is colored are one turn more, of the newest', async () => {
    const server = await test.server()
    test.worker()
    await ready(server)
    const room = await openRoom(server)
    server.coloring.touch(room, 1, [])
    await expect.poll(() => refined(server, room), soon).toBeGreaterThan(0)
    const before = framesOf(server, room).length
    const from = refined(server, room)
    for (let i = 1; i <= 100; i++) server.coloring.touch(room, from + i, [])
    await expect.poll(() => refined(server, room), soon).toBeGreaterThanOrEqual(from + 100)
    const drafts = revisionsOf(framesOf(server, room).slice(before), 'draft')
    expect(drafts.length).toBeLessThanOrEqual(2)
    expect(drafts.at(-1)).toBe(refined(server, room))
  })

  it('Q31 rooms take turns: who draws without pause takes no more than a share', async () => {
    const server = await test.server()
    test.worker()
    await ready(server)
    const rooms = await Promise.all(Array.from({ length: 20 }, () => openRoom(server)))
    let stop = false
    let revision = 1
    // The first is touched with every turn of the loop, the others after each frame.
    const scribble = async () => {
      while (!stop) {
        server.coloring.touch(rooms[0]!, ++revision, [])
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    }
    const draw = async (room: string) => {
      while (!stop) {
        const before = framesOf(server, room).length
        server.coloring.touch(room, ++revision, [])
        await expect.poll(() => framesOf(server, room).length > before || stop, soon).toBe(true)
      }
    }
    const all = Promise.all([scribble(), ...rooms.slice(1).map(draw)])
    await expect
      .poll(() => Math.min(...rooms.map((room) => framesOf(server, room).length)), soon)
      .toBeGreaterThan(8)
    stop = true
    await all
    const counts = rooms.map((room) => revisionsOf(framesOf(server, room), 'draft').length)
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(0.5 * mean)
    expect(counts[0]!).toBeLessThanOrEqual(2 * mean)
  })

  it('Q31 drafts go before refines, and no refined picture is put off for ever', async () => {
    const server = await test.server()
    test.worker()
    await ready(server)
    const [quiet, ...busy] = await Promise.all(Array.from({ length: 6 }, () => openRoom(server)))
    let stop = false
    let revision = 10
    const draw = async (room: string) => {
      while (!stop) {
        server.coloring.touch(room, ++revision, [])
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
    }
    const drawing = busy.map(draw)
    await expect.poll(() => busy.every((room) => framesOf(server, room).length > 3), soon).toBe(true)
    const began = performance.now()
    server.coloring.touch(quiet!, 2_000_000, [])
    await expect.poll(() => refined(server, quiet!), soon).toBeGreaterThanOrEqual(2_000_000)
    const took = performance.now() - began
    const since = busy.map((room) => framesOf(server, room).filter(({ at }) => at > began))
    stop = true
    await Promise.all(drawing)
    expect(took).toBeLessThan(4_000)
    for (const frames of since) {
      expect(revisionsOf(frames, 'draft').length).toBeGreaterThan(3)
    }
  })

  it('Q32 a stroke is in every frame from the moment a server has it, and once, wherever it is by then', async () => {
    const [one, two] = [await test.server(), await test.server()]
    test.worker()
    await ready(one, two)
    const room = await openRoom(one, two)
    const nothing = { clock: {}, live: {}, lifted: [] }
    const shown = () => {
      const { bytes, header } = framesOf(one, room).at(-1)!
      return { ids: (JSON.parse(Buffer.from(bytes).toString()) as string[]).sort(), covers: header.covers }
    }
    await expect.poll(() => framesOf(one, room).length, soon).toBeGreaterThan(0)
    let revision = 10
    const touch = (server: TestServer, wet: Wet) => server.coloring.touch(room, ++revision, [], () => wet)
    // Under a pen, at two servers.
    touch(one, { strokes: [dot('a', 1)], covers: { ...nothing, live: { a: 3 } } })
    touch(two, { strokes: [dot('b', 1)], covers: { ...nothing, live: { b: 4 } } })
    await expect
      .poll(shown, soon)
      .toEqual({ ids: ['a', 'b'], covers: { clock: {}, live: { a: 3, b: 4 }, lifted: [] } })
    // Let in and on no disk yet, then in the log too.
    const letIn = { strokes: [dot('a', 1)], covers: { clock: { 7: 2 }, live: {}, lifted: ['a'] } }
    touch(one, letIn)
    await expect.poll(() => shown().covers, soon).toEqual({ clock: { 7: 2 }, live: { b: 4 }, lifted: ['a'] })
    await test.commit(room, dot('a', 1))
    touch(one, letIn)
    await expect.poll(() => Object.keys(shown().covers.clock).length, soon).toBe(2)
    expect(shown().ids).toEqual(['a', 'b'])
    // What one server had is gone with it.
    await two.close()
    touch(one, { strokes: [], covers: nothing })
    await expect.poll(() => shown().ids, soon).toEqual(['a'])
    // A change that the log alone can tell is waited for.
    let settle = () => {}
    const settled = new Promise<void>((resolve) => (settle = resolve))
    const before = framesOf(one, room).length
    touch(one, { strokes: [], covers: nothing, settled })
    await test.commit(room, dot('c', 1))
    expect(framesOf(one, room).length).toBe(before)
    settle()
    await expect.poll(() => shown().ids, soon).toEqual(['a', 'c'])
  })

  it('Q33 with several servers and workers a room has one history of frames: revisions only grow', async () => {
    const servers = [await test.server(), await test.server()]
    test.worker()
    test.worker()
    await ready(...servers)
    const room = await openRoom(...servers)
    for (let i = 1; i <= 60; i++) {
      // Both count by themselves: the same numbers for other states.
      for (const { coloring } of servers) coloring.touch(room, i, [])
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await expect
      .poll(
        () =>
          servers.every(
            (server) => server.statuses.get(room)?.at(-1)?.state === 'idle' && refined(server, room) >= 60,
          ),
        soon,
      )
      .toBe(true)
    for (const server of servers) {
      const frames = framesOf(server, room)
      const drafts = revisionsOf(frames, 'draft')
      expect(drafts).toEqual([...new Set(drafts)].sort((a, b) => a - b))
      for (const [i, { header }] of frames.entries())
        if (i > 0) expect(isFresher(header, frames[i - 1]!.header)).toBe(true)
    }
  })

  it('Q34 when Redis loses everything while people draw, rooms are colored on, with larger revisions', async () => {
    const server = await test.server()
    test.worker()
    await ready(server)
    const room = await openRoom(server)
    let stop = false
    let revision = 0
    const drawing = (async () => {
      while (!stop) {
        server.coloring.touch(room, ++revision, [])
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    })()
    await expect.poll(() => framesOf(server, room).length, soon).toBeGreaterThan(5)
    await server.redis.flushall()
    const before = framesOf(server, room).length
    await expect.poll(() => framesOf(server, room).length, soon).toBeGreaterThan(before + 5)
    stop = true
    await drawing
    await expect.poll(() => refined(server, room), soon).toBeGreaterThanOrEqual(revision)
    // And once more while nobody draws, but something is still to come.
    server.coloring.touch(room, ++revision + 1_000, [])
    await server.redis.flushall()
    await expect.poll(() => refined(server, room), soon).toBeGreaterThanOrEqual(revision + 1_000)
    // And when it is away, and comes back empty.
    await redis.kill()
    await expect.poll(() => server.coloring.isReady(), soon).toBe(false)
    server.coloring.touch(room, ++revision + 2_000, [])
    await redis.start()
    await expect.poll(() => refined(server, room), soon).toBeGreaterThanOrEqual(revision + 2_000)
    const frames = framesOf(server, room)
    for (const [i, { header }] of frames.entries())
      if (i > 0) expect(isFresher(header, frames[i - 1]!.header)).toBe(true)
  })

  it('Q34 a frame that was lost on the way comes again', async () => {
    let isLost = false
    const server = await test.server(() => isLost)
    test.worker()
    await ready(server)
    const room = await openRoom(server)
    server.coloring.touch(room, 1, [])
    await expect.poll(() => refined(server, room), soon).toBeGreaterThan(0)
    isLost = true
    const before = refined(server, room)
    server.coloring.touch(room, before + 1, [])
    await expect
      .poll(() => server.statuses.get(room)?.at(-1), soon)
      .toEqual({ state: 'idle', revision: before + 1 })
    isLost = false
    await expect.poll(() => refined(server, room), soon).toBeGreaterThan(before)
    const { header } = framesOf(server, room).at(-1)!
    expect(header.patch).toBeUndefined()
  })

  it('Q35 without a worker rooms are told that there is no coloring, and when there is again', async () => {
    const server = await test.server()
    const room = await openRoom(server)
    expect(server.coloring.isReady()).toBe(false)
    await expect(server.coloring.layer(room)).rejects.toThrow('no worker')
    server.coloring.touch(room, 1, [])
    const worker = test.worker()
    await expect.poll(() => refined(server, room), soon).toBeGreaterThan(0)
    await ready(server)
    await worker.close()
    await expect.poll(() => server.statuses.get(room)?.at(-1)?.state, soon).toBe('down')
    expect(server.coloring.isReady()).toBe(false)
  })
})
