import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isFresher } from '../../../shared/protocol.ts'
import { startRedis, type Service } from '../../cluster/services.fixture.ts'
import { openWorkersTest, type Heard, type TestServer } from './workers.fixture.ts'

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
const refined = ({ frames }: TestServer, room: string) => revisionsOf(frames.get(room) ?? [], 'refined').at(-1) ?? 0

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
    await expect.poll(() => Math.min(...rooms.map((room) => framesOf(server, room).length)), soon).toBeGreaterThan(8)
    stop = true
    await all
    const counts = rooms.map((room) => revisionsOf(framesOf(server, room), 'draft').length)
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length
    console.log(counts, rooms.map((room) => revisionsOf(framesOf(server, room), 'refined').length))
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(0.5 * mean)
    expect(counts[0]!).toBeLessThanOrEqual(2 * mean)
  })

  it('Q32 drafts go before refines, and no refined picture is put off for ever', async () => {
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
    console.log(took, since.map((frames) => [revisionsOf(frames, 'draft').length, revisionsOf(frames, 'refined').length]))
    stop = true
    await Promise.all(drawing)
    expect(took).toBeLessThan(4_000)
    for (const frames of since) {
      expect(revisionsOf(frames, 'draft').length).toBeGreaterThan(3)
    }
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
    await expect.poll(() => servers.every((server) => server.statuses.get(room)?.at(-1)?.state === 'idle' && refined(server, room) >= 60), soon).toBe(true)
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
    const frames = framesOf(server, room)
    for (const [i, { header }] of frames.entries())
      if (i > 0) expect(isFresher(header, frames[i - 1]!.header)).toBe(true)
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
