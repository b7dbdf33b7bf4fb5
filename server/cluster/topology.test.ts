/** What deploy/compose.cluster.yaml describes, by processes: nginx with the delivered configuration, two servers, two workers. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { connectSocket, connectYjs, createRoom, enter, get } from '../app.fixture.ts'
import { decodeSketch } from '../../files/image.ts'
import { killPrograms, startNginx, startProgram, type Nginx, type Program } from './processes.fixture.ts'
import { startPostgres, startRedis, type Postgres, type Service } from './services.fixture.ts'

let postgres: Postgres
let redis: Service
let nginx: Nginx
let servers: Program[]
let workers: Program[]

beforeAll(async () => {
  ;[postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const settings = {
    NURIE_DATABASE_URL: await postgres.database(),
    NURIE_REDIS_URL: redis.url,
    NURIE_SECRET: 'the secret of this cluster',
    NURIE_TRUSTED_PROXIES: '1',
    NURIE_THREADS: '1',
    NURIE_LOG: 'warn',
  }
  const [first, second, third, fourth] = await Promise.all([
    startProgram('npmStart', settings),
    startProgram('npmStart', settings),
    startProgram('npmRunWorker', settings),
    startProgram('npmRunWorker', settings),
  ])
  servers = [first, second]
  workers = [third, fourth]
  nginx = await startNginx(servers.map(({ port }) => port))
}, 120_000)

afterAll(async () => {
  await nginx?.end()
  killPrograms()
  await Promise.all([postgres?.end(), redis?.end()])
})

/** How many sockets of each channel a server holds. */
async function socketsOf({ url }: Program): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Object.fromEntries(
    Array.from(text.matchAll(/^nurie_sockets\{channel="(\w+)"\} (\d+)$/gm), ([, name, n]) => [
      name!,
      Number(n),
    ]),
  )
}

it('Q40 nginx, two servers and two workers are one Nurie: people on both paint, see each other and the colors of it, and take the picture away', async () => {
  const room = await createRoom(nginx)
  const people = await Promise.all(
    ['Ann', 'Ben', 'Cai', 'Dee'].map(async (name) => {
      const session = await enter(nginx, room, 'edit', { name })
      return { session, yjs: connectYjs(nginx, session), socket: connectSocket(nginx, session) }
    }),
  )
  await Promise.all(people.map(({ yjs, socket }) => Promise.all([yjs.synced(), socket.until('welcome')])))
  for (const server of servers) {
    const { socket = 0, yjs = 0 } = await socketsOf(server)
    expect(socket + yjs).toBeGreaterThan(1)
  }
  people.forEach(({ session, yjs }, i) => yjs.paint(`stroke-${i}`, session.guest.id, 0x2040f0 + i))
  const everyStroke = people.map((_, i) => `stroke-${i}`)
  await Promise.all(
    people.map(({ yjs }) => yjs.until(() => everyStroke.every((id) => yjs.ids().includes(id)))),
  )

  const clock = people.map(({ yjs }) => [String(yjs.doc.clientID), 1] as const)
  type Header = { stage: string; covers: { clock: Record<string, number> } }
  const shows = ({ covers }: Header) => clock.every(([client, end]) => (covers.clock[client] ?? 0) >= end)
  for (const { socket, yjs } of people) {
    await socket.until(
      'saved',
      ({ clock }: { clock: Record<string, number> }) => (clock[yjs.doc.clientID] ?? 0) > 0,
    )
    await socket.until('frame', (header: Header) => shows(header) && header.stage === 'refined')
    expect(
      socket.events.some(({ event, args }) => event === 'frame' && (args[0] as Header).stage === 'draft'),
    ).toBe(true)
  }
  const answer = await get(nginx, people[0]!.session, 'export?format=png')
  expect(answer.status).toBe(200)
  const picture = await decodeSketch(new Uint8Array(await answer.arrayBuffer()))
  expect([picture.width, picture.height]).toEqual([room.width, room.height])
  for (const { yjs, socket } of people) {
    yjs.close()
    socket.close()
  }
  expect((await fetch(`${nginx.url}/metrics`)).status).toBe(404)
  const codes = await Promise.all([...servers, ...workers].map((program) => program.end()))
  expect(codes).toEqual([0, 0, 0, 0])
}, 90_000)
