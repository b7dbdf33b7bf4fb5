/** The whole server on PostgreSQL. */
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  codeOf,
  connectYjs,
  createRoom,
  enter,
  post,
  startServer,
  type TestServer,
} from '../../app.fixture.ts'
import { startPostgres, startRedis, type Postgres, type Service } from '../../cluster/services.fixture.ts'

let postgres: Postgres
let redis: Service
let server: TestServer
beforeAll(async () => {
  ;[postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  server = await startServer({
    NURIE_DATABASE_URL: await postgres.database(),
    NURIE_REDIS_URL: redis.url,
    NURIE_SECRET: 'a secret of all of them',
  })
}, 30_000)
afterAll(async () => {
  await server.end()
  await Promise.all([postgres.end(), redis.end()])
})

const readiness = async () => (await fetch(`${server.url}/readyz`)).status

it('Q5 while the database is away a server is not ready and goes on taking strokes; they are saved when it is back', async () => {
  expect(await readiness()).toBe(200)
  const room = await createRoom(server)
  const session = await enter(server, room)
  const painter = connectYjs(server, session)
  await painter.synced()
  // Others get a stroke when it is saved.
  const watcher = connectYjs(server, await enter(server, room))
  await watcher.synced()
  painter.paint('before', session.guest.id)
  await postgres.kill()
  painter.paint('during', session.guest.id)
  const wasIn = watcher.until(() => watcher.ids().includes('after'))
  await expect.poll(readiness).toBe(503)
  await postgres.start()
  painter.paint('after', session.guest.id)
  await wasIn
  painter.close()
  watcher.close()
  await server.restart()
  const again = connectYjs(server, session)
  await again.synced()
  expect(again.ids().sort()).toEqual(['after', 'before', 'during'])
  again.close()
})

it('Q6 nothing is kept in a data folder, and a room with an odd name is not found', async () => {
  expect(readdirSync(server.folder)).toEqual([])
  for (const odd of ['%00', '%ED%A0%80', "'", '%F0%9F%90%88'])
    expect(await codeOf(post(server, `/api/rooms/${odd}/sessions`, { key: 'x'.repeat(22) }))).toMatch(
      /^40[04] /,
    )
})
