import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openTab, openWire } from '../../client/painter.fixture.ts'
import {
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  get,
  startServer,
  type TestRoom,
  type TestServer,
} from '../app.fixture.ts'
import { startPostgres, startRedis, type Postgres, type Service } from '../cluster/services.fixture.ts'
import { runAdmin } from './admin.ts'

let postgres: Postgres
let redis: Service
let folder: string
let server: TestServer
const ends: (() => unknown)[] = []

beforeAll(async () => {
  ;[postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  folder = mkdtempSync(join(tmpdir(), 'nurie-backups-'))
})
afterAll(async () => {
  await Promise.all([postgres.end(), redis.end()])
  rmSync(folder, { recursive: true, force: true })
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  await server.end()
})

const secret = 'the secret of this cluster'
const settingsOf: Record<string, () => Promise<Record<string, string>>> = {
  SQLite: () => Promise.resolve({}),
  PostgreSQL: async () => ({
    NURIE_DATABASE_URL: await postgres.database(),
    NURIE_REDIS_URL: redis.url,
    NURIE_SECRET: secret,
  }),
}

async function idsIn(room: TestRoom): Promise<string[]> {
  const stranger = connectYjs(server, await enter(server, room, 'view'))
  await stranger.synced()
  stranger.close()
  return stranger.ids()
}

describe.each(Object.keys(settingsOf))('%s', (name) => {
  it('Q65 after a backup of yesterday is restored everybody’s newer strokes come back once, tokens open, pictures go on', async () => {
    const settings = await settingsOf[name]!()
    server = await startServer(settings)
    const environment = { ...settings, NURIE_DATA: server.folder }
    const admin = (...args: string[]) => runAdmin(args, environment, () => {})
    const [shared, alone] = [await createRoom(server), await createRoom(server)]
    const wire = await openWire(server)
    ends.push(() => wire.close())
    const tabOf = async (device: string) => {
      const tab = await openTab({ ...shared, url: wire.url }, { name: device })
      ends.push(() => tab.end())
      await tab.saved()
      return tab
    }
    // Two people with Nurie's page in one room, one with a stock Yjs client in another.
    const [one, two] = [await tabOf('one'), await tabOf('two')]
    const carl = await enter(server, alone)
    const stock = connectYjs(server, carl)
    ends.push(() => stock.close())
    await stock.synced()
    one.paint('before')
    await one.saved()
    stock.paint('old', carl.guest.id)
    await expect.poll(() => idsIn(alone)).toEqual(['old'])

    const backups = join(folder, name)
    expect(await admin('backup', backups)).toBe(0)
    two.paint('twos')
    await two.saved()
    await expect.poll(() => one.ids).toContain('twos')
    one.paint('ones')
    await one.saved()
    stock.paint('new', carl.guest.id)
    await expect.poll(() => idsIn(alone)).toEqual(['old', 'new'])
    const witness = connectSocket(server, carl)
    const { revision: seen } = (await witness.until('welcome')) as { revision: number }
    witness.close()

    const [file] = readdirSync(backups)
    await expect(admin('restore', join(backups, file!))).rejects.toThrow('--yes')
    if (name === 'SQLite')
      await expect(admin('restore', join(backups, file!), '--yes')).rejects.toThrow('another Nurie')
    await server.close()
    expect(await admin('restore', join(backups, file!), '--yes')).toBe(0)
    await server.restart()
    wire.mend(server)
    stock.close()
    const back = connectYjs(server, carl, stock.doc)
    ends.push(() => back.close())

    await expect.poll(async () => (await idsIn(shared)).sort()).toEqual(['before', 'ones', 'twos'])
    await expect.poll(() => idsIn(alone)).toEqual(['old', 'new'])
    expect((await get(server, carl, 'line.png')).status).toBe(200)
    const again = connectSocket(server, carl)
    const { revision } = (await again.until('welcome')) as { revision: number }
    again.close()
    expect(revision).toBeGreaterThan(seen)
    // A day in which a room was opened a thousand times lies between.
    expect(revision).toBeGreaterThan(10_000_000)
  })
})

it('Q65 what is no backup, or a damaged one, replaces nothing', async () => {
  server = await startServer()
  const environment = { NURIE_DATA: server.folder }
  const room = await createRoom(server)
  await server.close()
  const restore = (file: string) => runAdmin(['restore', file, '--yes'], environment, () => {})
  await expect(restore(join(folder, 'nothing.db'))).rejects.toThrow('there is no file')
  await expect(restore(new URL(import.meta.url).pathname)).rejects.toThrow()
  await server.restart()
  expect(await idsIn(room)).toEqual([])
})
