import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPostgres, type Postgres } from '../../cluster/services.fixture.ts'
import { newRoom } from '../../rooms/access.ts'
import { openPostgres } from '../postgres/postgres.ts'
import { runDatabaseDoctor } from './databaseDoctor.ts'

let postgres: Postgres
let url: string
beforeAll(async () => {
  postgres = await startPostgres()
  url = await postgres.database()
}, 30_000)
afterAll(() => postgres.end())

async function query(text: string, values: unknown[]): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(text, values).finally(() => client.end())
}

async function doctor(args: string[] = []) {
  const said: string[] = []
  const code = await runDatabaseDoctor(args, { NURIE_DATABASE_URL: url }, (line) => void said.push(line))
  return { code, said: said.join('\n') }
}

it('Q9 looks at every room in PostgreSQL, tells what is damaged, and only looks', async () => {
  await expect(doctor()).rejects.toThrow('of an older Nurie')
  const store = await openPostgres(url, { entries: 1e6, bytes: 1e9 })
  const rooms = Array.from({ length: 5 }, () => newRoom({ title: '', width: 1, height: 1 }).record)
  for (const room of rooms) {
    await store.addRoom(room, Uint8Array.of(1))
    await store.append(
      [1, 2, 3, 4, 5].map((byte) => ({ room: room.id, bytes: Uint8Array.of(byte), guest: '' })),
    )
    await store.addSnapshot(room.id, { seq: 2, bytes: Uint8Array.of(9) })
  }
  await store.close()
  const [well, entry, end, line, snapshot] = rooms.map(({ id }) => id)
  expect(await doctor()).toMatchObject({
    code: 0,
    said: expect.stringContaining('all well: 5 rooms') as string,
  })
  await query("update ops set bytes = 'x' where room = $1 and seq = 4", [entry])
  await query('delete from ops where room = $1 and seq = 5', [end])
  await query("update line_art set png = 'x' where room = $1", [line])
  await query('update snapshots set crc = 1 where room = $1', [snapshot])
  const { code, said } = await doctor(['check'])
  expect(code).toBe(1)
  const lineOf = (room: string | undefined) => said.split('\n').find((each) => each.startsWith(room!))
  expect(lineOf(well)).toMatch(/ 5 +5 +1 +0 +none$/)
  expect(lineOf(entry)).toMatch(/entries 4; the page ends before entry 4$/)
  expect(lineOf(end)).toMatch(/ {2}the page ends before entry 5$/)
  expect(lineOf(line)).toMatch(/ {2}line art$/)
  expect(lineOf(snapshot)).toMatch(/ {2}snapshots 2$/)
  expect(said).toContain('4 of 5 rooms are damaged.\nRestore them from a backup')
  await expect(doctor(['repair'])).rejects.toThrow('PostgreSQL is only looked at here')
  expect(await runDatabaseDoctor(['--data', 'x'], { NURIE_DATABASE_URL: url }, () => {})).toBeUndefined()
})

it('Q9 the command ends with one sentence when the database is not there', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'server/storage/doctor/doctorMain.ts'],
    {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { ...process.env, NURIE_DATABASE_URL: 'postgres://ann:geheim@127.0.0.1:1/pages' },
      encoding: 'utf8',
    },
  )
  expect(stderr).toMatch(/^nurie: the database "pages" at 127\.0\.0\.1:1 cannot be reached .*\n$/)
  expect(stderr).not.toContain('geheim')
  expect(status).toBe(1)
})
