import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startRedis, type Service } from '../../cluster/services.fixture.ts'
import { dot, openWorkersTest } from './workers.fixture.ts'

let redis: Service
let test: Awaited<ReturnType<typeof openWorkersTest>>

beforeAll(async () => (redis = await startRedis()))
afterAll(() => redis.end())
let number = 0
beforeEach(async () => (test = await openWorkersTest(redis.url, `test${number++}`)))
afterEach(() => test.close())

const soon = { timeout: 15_000, interval: 20 }

describe('workers', () => {
  it('Q30 a room is colored by a worker: draft, then refined', async () => {
    const server = await test.server()
    const room = await test.room()
    await test.commit(room, dot('a', 0xff0000))
    server.coloring.open(room, test.line)
    server.coloring.attend(room, 'seen', true)
    server.coloring.touch(room, 7, [])
    const began = performance.now()
    test.worker({ fake: false, threads: 2 })
    await expect.poll(() => server.frames.get(room)?.map(({ header }) => [header.revision, header.stage]), soon).toEqual([[7, 'draft'], [7, 'refined']])
    console.log(performance.now() - began, server.frames.get(room), server.statuses.get(room))
    const t = performance.now()
    server.coloring.touch(room, 8, [])
    await expect.poll(() => server.frames.get(room)?.length, soon).toBe(4)
    console.log(server.frames.get(room)!.map(({ header, at, after }) => [header, at - t, after]))
  })
})
