/**
 * What is put under load, each as a process of its own, behind one face: Nurie as it runs on one machine, with and without its networks;
 * two servers of it over PostgreSQL and Redis, with any number of workers; Hocuspocus 3, as it comes and keeping its documents; a bare
 * relay. None of the others has a gate, accounts, a log or pictures.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import pg from 'pg'
import { forkTypeScript } from '../../server/child.ts'
import { startPostgres, startRedis } from '../../server/cluster/services.fixture.ts'
import { createRoom } from '../guest.ts'
import { startServer, startWorker, type RunningServer } from '../server.ts'
import type { Place, Seat } from './generator.ts'
import { cpuNamed } from './processUse.ts'
import type { WireName } from './wire.ts'

export const peerNames = [
  'nurie',
  'nurie-uncolored',
  'nurie-cluster',
  'hocuspocus',
  'hocuspocus-sqlite',
  'relay',
] as const
export type PeerName = (typeof peerNames)[number]

export type Peer = {
  name: PeerName
  protocol: WireName
  /** The processes that serve. */
  pids: number[]
  /** Those that color, when they are not children of the servers. */
  workers: number[]
  /** Where its metrics are, if it has any. */
  urls: string[]
  /** So many rooms of at least so many people, the same ones each time; `isFresh`: of rooms that nobody was in yet. */
  places(rooms: number, guests: number, isFresh?: boolean): Promise<Place[]>
  /** Of a cluster: its database's and its bus's work so far. */
  services?(): Promise<ServicesUse>
  stop(): Promise<void>
}

/** Committed transactions, commands of Redis, and seconds of CPU of both. */
export type ServicesUse = { commits: number; commands: number; postgresCpu: number; redisCpu: number }

const HEAP_MB = 2048
/** Rooms and sessions asked for at once. */
const AT_ONCE = 8
const SAMPLE = 'fairy'
/** People of a load are not strangers from one address: what bounds those is out of the way, and every room is made from another one. */
const limits = {
  NURIE_TRUSTED_PROXIES: '1',
  NURIE_LIMIT_CONNECTIONS: '100000',
  NURIE_LIMIT_ROOMS_PER_HOUR: '100000',
  NURIE_LIMIT_COMMITS: '1000',
  NURIE_LIMIT_MESSAGES: '1000',
  NURIE_LIMIT_EDITORS: '1000',
}

export async function startPeer(name: PeerName, { workers = 0 } = {}): Promise<Peer> {
  switch (name) {
    case 'nurie':
      return nurie(name, [await startServer({ env: limits })])
    case 'nurie-uncolored':
      return nurie(name, [await startServer({ env: limits, entry: 'bench/load/uncolored.ts' })])
    case 'nurie-cluster':
      return cluster(workers)
    case 'hocuspocus':
    case 'hocuspocus-sqlite':
      return foreign(name, new URL('./hocuspocus.ts', import.meta.url), 'hocuspocus')
    case 'relay':
      return foreign(name, new URL('./relay.ts', import.meta.url), 'y-websocket')
  }
}

function nurie(name: PeerName, servers: readonly RunningServer[]): Peer {
  const places: Place[] = []
  const urls = servers.map(({ url }) => url)
  const keys = new Map<string, string>()
  let made = 0

  async function add(): Promise<void> {
    const address = `10.${(made >> 16) & 255}.${(made >> 8) & 255}.${made++ & 255}`
    const { room, keys: of } = await createRoom(urls[0]!, SAMPLE, { 'x-forwarded-for': address })
    keys.set(room, of.edit)
    places.push({ room, seats: [] })
  }

  /** The people of a room are on every server in turn. */
  async function seat({ room, seats }: Place): Promise<void> {
    const url = urls[seats.length % urls.length]!
    const answer = await fetch(`${url}/api/rooms/${room}/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: keys.get(room) }),
    })
    if (!answer.ok) throw new Error(`no session: ${await answer.text()}`)
    const { token, guest } = (await answer.json()) as { token: string; guest: { id: string } }
    const subprotocols = ['nurie', token]
    const seat: Seat = { url: `${url.replace('http', 'ws')}/yjs`, subprotocols, guest: guest.id }
    seats.push({ ...seat, events: { url, token } })
  }

  return {
    name,
    protocol: 'y-websocket',
    pids: servers.map(({ child }) => child.pid!),
    workers: [],
    urls,
    async places(rooms, guests, isFresh = false) {
      const from = isFresh ? places.length : 0
      await eachOf(Math.max(0, from + rooms - places.length), add)
      const wanted = places.slice(from, from + rooms)
      await eachOf(wanted.length, async (i) => {
        while (wanted[i]!.seats.length < guests) await seat(wanted[i]!)
      })
      return wanted
    },
    async stop() {
      for (const server of servers) await server.stop()
    },
  }
}

/** Two servers and their workers, over a PostgreSQL and a Redis of their own. */
async function cluster(workers: number): Promise<Peer> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const databaseUrl = await postgres.database()
  const env = {
    ...limits,
    NURIE_DATABASE_URL: databaseUrl,
    NURIE_REDIS_URL: redis.url,
    NURIE_SECRET: 'the secret of a bench, which nobody needs to guess',
  }
  const servers = [await startServer({ env }), await startServer({ env })]
  const colorists = await Promise.all(Array.from({ length: workers }, () => startWorker({ env })))
  const peer = nurie('nurie-cluster', servers)
  return {
    ...peer,
    workers: colorists.map(({ child }) => child.pid!),
    services: async () => ({
      commits: await commitsOf(databaseUrl),
      commands: await commandsOf(redis.url),
      postgresCpu: cpuNamed('postgres'),
      redisCpu: cpuNamed('redis-server'),
    }),
    async stop() {
      for (const colorist of colorists) await colorist.stop()
      await peer.stop()
      await Promise.all([postgres.end(), redis.end()])
    },
  }
}

async function commitsOf(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client
    .query<{ count: string }>(
      'select xact_commit as count from pg_stat_database where datname = current_database()',
    )
    .finally(() => client.end())
  return Number(rows[0]!.count)
}

async function commandsOf(url: string): Promise<number> {
  const redis = new Redis(url)
  const info = await redis.info('stats').finally(() => redis.disconnect())
  return Number(/total_commands_processed:(\d+)/.exec(info)![1])
}

async function foreign(name: PeerName, entry: URL, protocol: WireName): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'nurie-load-'))
  const args = name === 'hocuspocus-sqlite' ? ['sqlite', join(folder, 'documents.db')] : []
  const child: ChildProcess = forkTypeScript(entry, HEAP_MB, { args })
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  const places: Place[] = []
  return {
    name,
    protocol,
    pids: [child.pid!],
    workers: [],
    urls: [],
    places(rooms, guests, isFresh = false) {
      const from = isFresh ? places.length : 0
      while (places.length < from + rooms) places.push({ room: `room-${places.length}`, seats: [] })
      const wanted = places.slice(from, from + rooms)
      for (const { room, seats } of wanted) {
        while (seats.length < guests) {
          const guest = `${room}-guest-${seats.length}`
          seats.push({ url: `ws://127.0.0.1:${port}`, subprotocols: [], guest })
        }
      }
      return Promise.resolve(wanted)
    },
    async stop() {
      child.kill('SIGKILL')
      await once(child, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** `work` for 0 .. count - 1, some at once. */
async function eachOf(count: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}
