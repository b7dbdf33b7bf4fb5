import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startRedis, type Service } from '../../cluster/services.fixture.ts'
import { documentOf } from '../../../shared/strokes.ts'
import { openColoring, type Coloring } from '../coloring.ts'
import { splitBytes } from './bytesApart.ts'
import { dot, openWorkersTest, squareLine, type TestServer } from './workers.fixture.ts'

let redis: Service
let test: Awaited<ReturnType<typeof openWorkersTest>>
let server: TestServer
let local: Coloring
const heard = new EventEmitter()
const strokes = [dot('a', 0xff2000), dot('b', 0x2040ff, 30)]
const soon = { timeout: 15_000, interval: 10 }
let room: string

beforeAll(async () => {
  redis = await startRedis()
  test = await openWorkersTest(redis.url)
  server = await test.server()
  test.worker({ isReal: true, threads: 2 })
  local = await openColoring({
    threads: 2,
    log: { info: () => {}, warn: () => {} },
    events: { frame: (_room, { stage }) => heard.emit(stage), status: () => {} },
  })
  const line = await squareLine()
  local.open('local', line)
  local.attend('local', 'seen')
  const refined = once(heard, 'refined')
  local.touch('local', 1, strokes)
  await refined
  room = await test.room()
  await test.commit(room, ...strokes)
  server.coloring.open(room, line)
  server.coloring.attend(room, 'seen')
  server.coloring.touch(room, 1, strokes)
  await vi.waitFor(() => expect(server.frames.get(room)?.at(-1)?.header.stage).toBe('refined'), soon)
  await vi.waitFor(() => expect(server.coloring.isReady()).toBe(true), soon)
}, 30_000)
afterAll(async () => {
  await local.close()
  await test.close()
  await redis.end()
})

describe('what a worker is asked', () => {
  it('Q36 gives byte for byte what a colorist of the server’s own gives', async () => {
    const place = { x: 8 * 130, y: 8 * 130, gap: 0 }
    const line = test.line
    const document = documentOf(strokes)
    const asked = (coloring: Coloring, id: string) => [
      () => coloring.layer(id),
      () => coloring.finish(id, place),
      () => coloring.finish(id, { ...place, x: 8 * 61 }),
      () =>
        coloring.once(line, {
          stage: 'refined',
          hints: { document, finished: [] },
          palette: [0xff0000, 0x00ff00],
        }),
      () => coloring.once(line, { stage: 'draft' }),
      () => coloring.past(line, document, []),
    ]
    const own = asked(local, 'local')
    // Revisions are the server's own.
    const bytesOf = (answer: unknown) => {
      const { text, bytes } = splitBytes(typeof answer === 'object' ? { ...answer, revision: 0 } : answer)
      return [text, ...bytes.map((each) => createHash('sha256').update(each).digest('hex'))]
    }
    for (const [i, ask] of asked(server.coloring, room).entries())
      expect(bytesOf(await ask())).toEqual(bytesOf(await own[i]!()))
  })

  it('Q37 leaves nothing behind in Redis', async () => {
    await expect.poll(async () => await server.redis.keys('nurie:test:a*'), soon).toEqual([])
    await expect(server.coloring.once(Uint8Array.of(1, 2, 3), { stage: 'draft' })).rejects.toThrow()
    await expect.poll(async () => await server.redis.keys('nurie:test:a*'), soon).toEqual([])
    for (const list of ['wait', 'active'])
      for (const queue of ['rooms', 'asks'])
        await expect.poll(() => server.redis.llen(`nurie:${queue}-test:${list}`), soon).toBe(0)
  })
})
