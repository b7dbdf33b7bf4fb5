/** Databases that cannot be used, met by the real program: one sentence, and nothing half started. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort, startPostgres, type Postgres } from '../../cluster/services.fixture.ts'
import { openDatabaseServer } from './databaseServer.ts'

const bounds = { entries: 20, bytes: 1_000_000 }
const secret = 'a secret of all of them'
const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
let postgres: Postgres
beforeAll(async () => {
  const rules = join(tmpdir(), `nurie-hba-${process.pid}`)
  writeFileSync(rules, 'host all nurie 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n', {
    mode: 0o644,
  })
  postgres = await startPostgres([`hba_file=${rules}`, 'fsync=off'])
  rmSync(rules)
  await query(postgres.url, "create role ann login password 'right'")
}, 30_000)
afterAll(async () => {
  await postgres.end()
  rmSync(folder, { recursive: true, force: true })
})

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  return (await client.query<object>(text).finally(() => client.end())).rows
}

const quiet = { warn() {} }
const as = (url: string, who: string) => url.replace('nurie@', `${who}@`)

/** What the program says when it is started with this database, and how it ends. */
async function start(url: string): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    env: {
      ...process.env,
      ...{ PORT: '0', NURIE_DATA: join(folder, 'data'), NURIE_LOG: 'fatal', NURIE_SECRET: secret },
      ...{ NURIE_DATABASE_URL: url, NURIE_REDIS_URL: 'redis://127.0.0.1:1' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text) => (said += text))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}

describe.concurrent('a database that cannot be used', () => {
  const isRefused = async (url: string, sentence: string) => {
    const { code, said } = await start(url)
    expect(said).toBe(`nurie: ${sentence}\n`)
    expect(code).toBe(1)
    expect(readdirSync(folder)).toEqual([])
  }

  it('Q6 nobody there', async () => {
    const port = await freePort()
    await isRefused(
      `postgres://ann:geheim@127.0.0.1:${port}/pages`,
      `the database "pages" at 127.0.0.1:${port} cannot be reached (connect ECONNREFUSED 127.0.0.1:${port}): look whether it runs, and at NURIE_DATABASE_URL.`,
    )
  }, 60_000)

  it('Q6 a wrong password, which is not told', async () => {
    await isRefused(
      as(postgres.url, 'ann:ge%20heim'),
      `the database "postgres" at 127.0.0.1:${postgres.port} does not let the user "ann" in: look at the user and the password in NURIE_DATABASE_URL.`,
    )
  }, 60_000)

  it('Q6 no such database', async () => {
    await isRefused(
      as(postgres.url, 'ann:right').replace('/postgres', '/no%20pages').replace('postgres:', 'postgresql:'),
      `there is no database "no pages" at 127.0.0.1:${postgres.port}: make it, or name another in NURIE_DATABASE_URL.`,
    )
  }, 60_000)

  it('Q6 no right to make tables', async () => {
    const url = await postgres.database()
    const name = new URL(url).pathname.slice(1)
    await isRefused(
      as(url, 'ann:right'),
      `the user "ann" may not make tables in the database "${name}" at 127.0.0.1:${postgres.port}: let that user own the database, or grant it "create" on its schema.`,
    )
    expect(await query(url, "select from information_schema.tables where table_schema = 'public'")).toEqual(
      [],
    )
  }, 60_000)

  it('Q6 tables of a newer Nurie', async () => {
    const url = await postgres.database()
    await openDatabaseServer({ databaseUrl: url, secret }, bounds, quiet).then((store) => store.close())
    await query(url, "insert into nurie_migrations (name, run_on) values ('9999_later', now())")
    const name = new URL(url).pathname.slice(1)
    await isRefused(
      url,
      `the database "${name}" at 127.0.0.1:${postgres.port} was brought up to date by a newer Nurie: start that version or a later one.`,
    )
  }, 60_000)

  it('Q7 another secret than the others have', async () => {
    const url = await postgres.database()
    const databaseUrl = url
    await openDatabaseServer({ databaseUrl, secret: 'quite another one' }, bounds, quiet).then((store) =>
      store.close(),
    )
    await isRefused(
      url,
      'NURIE_SECRET is another one than that of the servers that share this database: give all the same (to change it, stop all and empty the table "cluster").',
    )
    const kept = JSON.stringify(await query(url, 'select * from cluster'))
    expect(kept).not.toContain('quite another one')
  }, 60_000)
})

it('Q6 a database that takes no writes, before and after its tables are there', async () => {
  const databaseUrl = await postgres.database()
  const name = new URL(databaseUrl).pathname.slice(1)
  const sentence = `the database "${name}" at 127.0.0.1:${postgres.port} takes no writes: name the one that does (its primary) in NURIE_DATABASE_URL.`
  const open = () => openDatabaseServer({ databaseUrl, secret }, bounds, quiet)
  await query(databaseUrl, `alter database ${name} set default_transaction_read_only = on`)
  await expect(open()).rejects.toThrow(sentence)
  await query(
    databaseUrl,
    `set transaction read write; alter database ${name} reset default_transaction_read_only`,
  )
  await open().then((store) => store.close())
  await query(databaseUrl, `alter database ${name} set default_transaction_read_only = on`)
  await expect(open()).rejects.toThrow(sentence)
})

it('Q6 tables of somebody else', async () => {
  const url = await postgres.database()
  await openDatabaseServer({ databaseUrl: url, secret }, bounds, quiet).then((store) => store.close())
  await query(url, 'grant select on nurie_migrations to ann')
  await expect(
    openDatabaseServer({ databaseUrl: as(url, 'ann:right'), secret }, bounds, quiet),
  ).rejects.toThrow('the user "ann" may not read and write the tables')
})

it('Q6 many that start at once on an empty database all come up, and are warned of what it does not keep', async () => {
  const databaseUrl = await postgres.database()
  const warnings: unknown[] = []
  const log = { warn: (...args: unknown[]) => void warnings.push(args[0]) }
  const stores = await Promise.all(
    Array.from({ length: 5 }, () => openDatabaseServer({ databaseUrl, secret }, bounds, log)),
  )
  expect(warnings).toEqual(stores.map(() => ({ settings: ['fsync'] })))
  await Promise.all(stores.map((store) => store.close()))
})
