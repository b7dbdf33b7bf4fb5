/**
 * A cluster of real processes, people who paint on it all the time with stock clients and keep books, and what each fault costs them.
 *
 * Everybody paints before, in and after a fault; what it costs is how long a stroke waited at worst: until its painter was told it is
 * saved, until the others saw it, until a picture showed it. That every stroke comes to an end in all three is that it heals.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import WebSocket from 'ws'
import { io } from 'socket.io-client'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { addStroke } from '../../shared/strokes.ts'
import { connectYjs, createRoom, enter, strokeOf, type TestRoom } from '../app.fixture.ts'
import { killPrograms, startNginx, startProgram, type Nginx, type Program } from './processes.fixture.ts'
import { openFaultyProxy, type FaultyProxy } from './proxy.fixture.ts'
import { startPostgres, startRedis, type Postgres, type Service } from './services.fixture.ts'

export type FaultyCluster = {
  postgres: Postgres
  database: string
  redis: Service
  nginx: Nginx
  servers: [Program, Program]
  workers: [Program, Program]
  /** Between the second server and Redis, and the second server and PostgreSQL. */
  toRedis: FaultyProxy
  toPostgres: FaultyProxy
  end(): Promise<void>
}

const SETTINGS = {
  NURIE_SECRET: 'the secret of this cluster',
  NURIE_TRUSTED_PROXIES: '1',
  NURIE_THREADS: '1',
  NURIE_LOG: 'warn',
  NURIE_LIMIT_CONNECTIONS: '100000',
  NURIE_LIMIT_COMMITS: '1000',
}

export async function startFaultyCluster(): Promise<FaultyCluster> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const database = await postgres.database()
  const [toRedis, toPostgres] = await Promise.all([
    openFaultyProxy(redis.port),
    openFaultyProxy(postgres.port),
  ])
  const settings = { ...SETTINGS, NURIE_DATABASE_URL: database, NURIE_REDIS_URL: redis.url }
  const through = {
    ...settings,
    NURIE_DATABASE_URL: database.replace(`:${postgres.port}/`, `:${toPostgres.port}/`),
    NURIE_REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
  }
  const [first, second, third, fourth] = await Promise.all([
    startProgram('server', settings),
    startProgram('server', through),
    startProgram('worker', settings),
    startProgram('worker', settings),
  ])
  const nginx = await startNginx([first.port, second.port])
  return {
    postgres,
    database,
    redis,
    nginx,
    servers: [first, second],
    workers: [third, fourth],
    toRedis,
    toPostgres,
    async end() {
      await nginx.end()
      killPrograms()
      await Promise.all([toRedis.close(), toPostgres.close(), postgres.end(), redis.end()])
    },
  }
}

/** Of a stroke: when it was painted, and when what is promised of it came true; in milliseconds of one clock. */
type Entry = { id: string; end: number; painted: number; saved?: number; seen?: number; shown?: number }

type Person = Awaited<ReturnType<typeof openPerson>>

async function openPerson(server: { url: string }, room: TestRoom, name: string) {
  const session = await enter(server, room, 'edit', { name })
  const doc = new Y.Doc()
  const entries: Entry[] = []
  const provider = new WebsocketProvider(`${server.url.replace('http', 'ws')}/yjs`, room.room, doc, {
    WebSocketPolyfill: WebSocket as never,
    protocols: ['nurie', session.token],
    disableBc: true,
  })
  const socket = io(server.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnectionDelay: 200,
    reconnectionDelayMax: 1_000,
    timeout: 3_000,
    auth: { room: room.room, token: session.token },
  })
  // A refusal ends the stock client's tries.
  const again = () => void sleep(300).then(() => !isClosed && !socket.active && socket.connect())
  socket.on('connect_error', again)
  socket.on('disconnect', again)
  let isClosed = false
  const note = (key: 'saved' | 'shown', clock: Record<string, number>) => {
    const until = clock[doc.clientID] ?? 0
    for (const entry of entries) if (entry.end <= until) entry[key] ??= performance.now()
  }
  socket.on('saved', ({ clock }: { clock: Record<string, number> }) => note('saved', clock))
  socket.on('frame', ({ covers }: { covers: { clock: Record<string, number> } }) =>
    note('shown', covers.clock),
  )
  const person = {
    strokes: doc.getArray<{ id: string }>('strokes'),
    entries,
    onPainted: (_entry: Entry): void => {},
    isThere: () => provider.synced && socket.connected,
    paint() {
      const id = `${name}-${session.guest.id.slice(0, 6)}-${entries.length}`
      const entry: Entry = { id, end: Y.getState(doc.store, doc.clientID) + 1, painted: performance.now() }
      entries.push(entry)
      person.onPainted(entry)
      addStroke(doc, strokeOf(id, session.guest.id, { color: 0x3060c0 + entries.length }))
    },
    close() {
      isClosed = true
      provider.destroy()
      socket.disconnect()
    },
  }
  return person
}

export type Cost = {
  strokes: number
  /** The longest of any stroke, in milliseconds. */
  savedMs: number
  seenMs: number
  shownMs: number
  /** Told saved and not there afterwards; there twice. */
  lost: string[]
  doubled: string[]
}

/** Where people come in: through nginx, or at each of the servers. */
export type Entrance = 'nginx' | 'each'
const STROKE_EVERY_MS = 100
const BEFORE_MS = 500
const HEAL_MS = 60_000

/** Rejects when something has not healed a minute after the fault ended. */
export async function endure(
  cluster: FaultyCluster,
  entrance: Entrance,
  fault: () => Promise<unknown>,
): Promise<Cost> {
  const { nginx, servers } = cluster
  const room = await createRoom(nginx)
  const doors = entrance === 'nginx' ? [nginx, nginx, nginx] : [servers[0], servers[1], servers[1]]
  const people = await Promise.all(doors.map((door, i) => openPerson(door, room, `p${i}`)))
  try {
    await until(() => people.every((person) => person.isThere()), 'everybody is there')
    watchOthers(people)
    const painting = setInterval(() => people.forEach((person) => person.paint()), STROKE_EVERY_MS)
    await sleep(BEFORE_MS)
    await fault().finally(async () => {
      await sleep(BEFORE_MS)
      clearInterval(painting)
    })
    const entries = people.flatMap(({ entries }) => entries)
    for (const key of ['saved', 'seen', 'shown'] as const)
      await until(() => entries.every((entry) => entry[key] !== undefined), `every stroke is ${key}`)
    const longest = (key: 'saved' | 'seen' | 'shown') =>
      Math.round(Math.max(...entries.map((entry) => entry[key]! - entry.painted)))
    return {
      strokes: entries.length,
      savedMs: longest('saved'),
      seenMs: longest('seen'),
      shownMs: longest('shown'),
      ...(await compared(cluster, room, entries)),
    }
  } finally {
    people.forEach((person) => person.close())
  }
}

/** A stroke is seen when everybody else has it. */
function watchOthers(people: readonly Person[]): void {
  const byId = new Map<string, { entry: Entry; by: Person }>()
  const missing = new Map<Entry, number>()
  for (const person of people) {
    person.onPainted = (entry) => {
      byId.set(entry.id, { entry, by: person })
      missing.set(entry, people.length - 1)
    }
    person.strokes.observe(({ changes }) => {
      for (const item of changes.added)
        for (const { id } of item.content.getContent() as { id: string }[]) {
          const { entry, by } = byId.get(id) ?? {}
          if (!entry || by === person) continue
          const left = missing.get(entry)! - 1
          missing.set(entry, left)
          if (left === 0) entry.seen = performance.now()
        }
    })
  }
}

/** What somebody new finds at each server, against the books. */
async function compared({ servers }: FaultyCluster, room: TestRoom, entries: readonly Entry[]) {
  const lost: string[] = []
  const doubled: string[] = []
  for (const server of servers) {
    const yjs = connectYjs(server, await enter(server, room, 'view'))
    await yjs.synced()
    const ids = yjs.ids()
    yjs.close()
    const there = new Set(ids)
    lost.push(...entries.filter(({ saved, id }) => saved !== undefined && !there.has(id)).map(({ id }) => id))
    doubled.push(...ids.filter((id, at) => ids.indexOf(id) !== at))
  }
  return { lost, doubled }
}

async function until(is: () => boolean, what: string): Promise<void> {
  const end = performance.now() + HEAL_MS
  while (!is()) {
    if (performance.now() > end) throw new Error(`not in ${HEAL_MS / 1000} s: ${what}`)
    await sleep(20)
  }
}
