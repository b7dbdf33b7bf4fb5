import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { isFresher, type SentHeader, type Status } from '../../../shared/protocol.ts'
import { openNotedNode } from '../../cluster/notedNode.ts'
import { openRedis, type Redis } from '../../cluster/redis.ts'
import { openRedisBus } from '../../cluster/redisBus.ts'
import {
  freePort,
  startPostgres,
  startRedis,
  type Postgres,
  type Service,
} from '../../cluster/services.fixture.ts'
import { newRoom } from '../../rooms/access.ts'
import { openPostgres, type ClusterStore } from '../../storage/postgres/postgres.ts'
import { coloringHash } from './coloringHash.ts'
import { openQueuedColoring } from './queuedColoring.ts'
import { SIDE, squareLine } from './workers.fixture.ts'

const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const main = fileURLToPath(new URL('./workerMain.ts', import.meta.url))
const soon = { timeout: 20_000, interval: 20 }
let postgres: Postgres
let redis: Service
let databaseUrl: string
let store: ClusterStore
const children = new Set<ChildProcess>()

beforeAll(async () => {
  ;[postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  databaseUrl = await postgres.database()
  store = await openPostgres(databaseUrl, { entries: 1e6, bytes: 1e9 })
}, 30_000)
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  children.clear()
})
afterAll(async () => {
  await store.close()
  await Promise.all([postgres.end(), redis.end()])
})

function startWorker(environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', loader, main], {
    env: {
      PATH: process.env.PATH,
      NURIE_DATABASE_URL: databaseUrl,
      NURIE_REDIS_URL: redis.url,
      NURIE_SECRET: 'a secret of sixteen',
      NURIE_ENGINE: 'cpu',
      NURIE_THREADS: '1',
      NURIE_LOG: 'warn',
      ...environment,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  children.add(child)
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  return { child, said: () => said, ended: once(child, 'exit') as Promise<[number | null]> }
}

async function openServer() {
  const connection: Redis = openRedis(redis.url)
  await once(connection, 'ready')
  const bus = openRedisBus(redis.url)
  const frames: { header: SentHeader; at: number }[] = []
  const statuses: Status[] = []
  const coloring = await openQueuedColoring({
    redis: connection,
    bus,
    coloring: await coloringHash(),
    events: {
      frame: (_room, header) => frames.push({ header: header as SentHeader, at: performance.now() }),
      status: (_room, status) => statuses.push(status),
    },
  })
  const { record } = newRoom({ title: '', width: SIDE, height: SIDE })
  const line = await squareLine()
  await store.addRoom(record, line)
  coloring.open(record.id, line)
  coloring.attend(record.id, 'seen', true)
  return {
    coloring,
    room: record.id,
    frames,
    statuses,
    async close() {
      await coloring.close()
      await bus.close()
    },
  }
}

it('Q38 a worker that is killed in the middle costs one frame: another colors the newest within seconds', async () => {
  const server = await openServer()
  const workers = [startWorker(), startWorker()]
  let revision = 10
  // Killed one after the other, each while it has the room's turn; a new one is there for each.
  for (const [i, { child }] of [...workers].entries()) {
    await expect.poll(() => server.coloring.load(), soon).toMatchObject({ workers: 2 })
    const drawing = setInterval(() => server.coloring.touch(server.room, ++revision, []), 15)
    const before = server.frames.length
    await expect.poll(() => server.frames.length, soon).toBeGreaterThan(before + 4)
    child.kill('SIGKILL')
    await once(child, 'exit')
    clearInterval(drawing)
    const killedAt = performance.now()
    if (i === 0) workers.push(startWorker())
    server.coloring.touch(server.room, ++revision, [])
    await expect
      .poll(
        () => server.frames.some(({ header }) => header.stage === 'refined' && header.revision >= revision),
        soon,
      )
      .toBe(true)
    expect(performance.now() - killedAt).toBeLessThan(8_000)
  }
  for (const [i, { header }] of server.frames.entries())
    if (i > 0) expect(isFresher(header, server.frames[i - 1]!.header)).toBe(true)
  await server.close()
}, 60_000)

it('Q39 a worker tells that it lives and what it does, and ends in order when it is told to', async () => {
  const port = await freePort()
  // Those that were killed above count as living for a while.
  const others = new Set((await store.liveNodes()).map(({ id }) => id))
  const own = async () => (await store.liveNodes()).filter(({ id }) => !others.has(id))
  const { child, ended } = startWorker({ PORT: String(port) })
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      (response) => response.json(),
      () => undefined,
    )
  await expect.poll(ready, soon).toMatchObject({ status: 'ready', storage: true, coloring: true })
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  expect(metrics).toMatch(/^nurie_colorist_ready 1$/m)
  expect((await own()).map(({ kind, coloring }) => [kind, coloring])).toEqual([
    ['worker', await coloringHash()],
  ])
  const began = performance.now()
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(await own()).toEqual([])
}, 40_000)

it('Q39 a worker that no server can use, or that has no servers, says so in a sentence and ends', async () => {
  const node = { id: 's', kind: 'server', version: '9.9.9', coloring: 'other' } as const
  const noted = await openNotedNode(store, node)
  const stranger = startWorker()
  const alone = startWorker({ NURIE_DATABASE_URL: '', NURIE_REDIS_URL: '' })
  expect((await stranger.ended)[0]).toBe(1)
  expect(stranger.said()).toMatch(/^nurie: this worker has other weights .* of version 9\.9\.9\): .*\n$/)
  expect((await alone.ended)[0]).toBe(1)
  expect(alone.said()).toMatch(/^nurie: a worker colors for servers that share a database: .*\n$/)
  await noted.close()
}, 40_000)
