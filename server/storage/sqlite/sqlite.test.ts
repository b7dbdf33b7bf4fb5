import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { crc32 } from 'node:zlib'
import Database from 'libsql'
import { afterAll, expect, it } from 'vitest'
import { newRoom } from '../../rooms/access.ts'
import { openSqlite } from './sqlite.ts'
import { openCalls } from './sqliteCalls.ts'
import { storeContract } from '../storeContract.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
const file = join(folder, 'nurie.db')
const bounds = { entries: 20, bytes: 1_000_000 }
let store = openSqlite(file, bounds)
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

storeContract(
  () => store,
  async () => {
    await store.close()
    store = openSqlite(file, bounds)
  },
)

async function addRoom() {
  const { record } = newRoom({ title: '', width: 1, height: 1 })
  await store.addRoom(record, Uint8Array.of(1))
  return record.id
}

it('P3 a batch is all or nothing', async () => {
  const room = await addRoom()
  const update = { room, bytes: Uint8Array.of(1), guest: 'ann', claims: [7] }
  await expect(store.append([update, { room, bytes: null as never, guest: 'ann' }])).rejects.toThrow()
  await expect(store.append([update, { ...update, room: 'nowhere' }])).rejects.toThrow('no such room')
  expect(await store.log(room)).toEqual({ claims: new Map(), entries: [] })
  expect(await store.append([update])).toEqual([1])
  expect(await store.log(room)).toMatchObject({ entries: [{ seq: 1, bytes: update.bytes }] })
})

it('P7 an entry that was changed on disk is noticed, in its room only; what lies before it is there', async () => {
  const [hurt, well] = [await addRoom(), await addRoom()]
  for (const byte of [1, 2, 3]) {
    await store.append([hurt, well].map((room) => ({ room, bytes: Uint8Array.of(byte), guest: '' })))
  }
  const database = new Database(file)
  database.prepare('update ops set bytes = ? where room = ? and seq = 2').run(Buffer.of(9), hurt)
  database.close()
  expect(await store.log(hurt)).toMatchObject({ damagedAt: 2, entries: [{ seq: 1 }] })
  expect(await store.log(well)).not.toHaveProperty('damagedAt')
  expect((await store.log(well)).entries).toHaveLength(3)
})

it('P7 of several snapshots the newest undamaged one counts; a hole in the log is damage', async () => {
  const room = await addRoom()
  for (const byte of [1, 2, 3, 4]) await store.append([{ room, bytes: Uint8Array.of(byte), guest: '' }])
  await store.addSnapshot(room, { seq: 1, bytes: Uint8Array.of(10) })
  await store.addSnapshot(room, { seq: 3, bytes: Uint8Array.of(30) })
  const database = new Database(file)
  database.prepare('update snapshots set crc = 0 where room = ? and seq = 3').run(room)
  expect(await store.log(room)).toMatchObject({
    snapshot: { seq: 1 },
    entries: [{ seq: 2 }, { seq: 3 }, { seq: 4 }],
  })
  database.prepare('delete from ops where room = ? and seq = 3').run(room)
  database.close()
  expect(await store.log(room)).toMatchObject({ snapshot: { seq: 1 }, entries: [{ seq: 2 }], damagedAt: 3 })
})

/** Numbers of what is kept of a room. */
function keptOf(room: string) {
  const database = new Database(file)
  const numbers = (table: string) =>
    (
      database.prepare(`select seq from ${table} where room = ? order by seq`).all(room) as { seq: number }[]
    ).map(({ seq }) => seq)
  return { entries: numbers('ops'), snapshots: numbers('snapshots') }
}

it('P8 the snapshot of a version that went goes too, unless it is one of the newest three', async () => {
  const room = await addRoom()
  for (let seq = 1; seq <= 5; seq++) await store.append([{ room, bytes: Uint8Array.of(seq), guest: '' }])
  for (const seq of [1, 5]) {
    const version = { id: `${seq}`, kind: 'named' as const, name: '', guest: '', seq, at: 0, strokes: 0 }
    await store.addVersion(room, version, { seq, bytes: Uint8Array.of(seq) }, Uint8Array.of(1))
  }
  for (const seq of [2, 3, 4]) await store.addSnapshot(room, { seq, bytes: Uint8Array.of(seq) })
  expect(keptOf(room).snapshots).toEqual([1, 2, 3, 4, 5])
  await store.removeVersion(room, '1')
  expect(keptOf(room).snapshots).toEqual([2, 3, 4, 5])
  await store.removeVersion(room, '5')
  expect(keptOf(room).snapshots).toEqual([3, 4, 5])
})

it('P9 a log beyond its bounds loses the oldest entries, up to the oldest snapshot that is no version’s', async () => {
  const [room, other] = [await addRoom(), await addRoom()]
  const grow = async (count: number, by = 1) => {
    for (let i = 0; i < count; i++) {
      await store.append(
        [room, other].map((id) => ({ room: id, bytes: new Uint8Array(by).fill(i), guest: '' })),
      )
    }
  }
  const snapshot = async (seq: number) => store.addSnapshot(room, { seq, bytes: Uint8Array.of(seq) })
  await grow(20)
  const version = { id: 'v', kind: 'named' as const, name: '', guest: '', seq: 3, at: 0, strokes: 0 }
  await store.addVersion(room, version, { seq: 3, bytes: Uint8Array.of(3) }, Uint8Array.of(1))
  await snapshot(10)
  await snapshot(20)
  expect(keptOf(room).entries).toHaveLength(20)
  await grow(1)
  await snapshot(21)
  expect(keptOf(room)).toEqual({
    entries: [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21],
    snapshots: [3, 10, 20, 21],
  })
  expect(keptOf(other).entries).toHaveLength(21)
  await grow(2, 600_000)
  await snapshot(23)
  expect(keptOf(room).entries).toEqual([21, 22, 23])
  expect((await store.entries(room, 1)).map(({ seq }) => seq)).toEqual([21, 22, 23])
  expect(await store.log(room)).toMatchObject({ snapshot: { seq: 23 }, entries: [] })
  const database = new Database(file)
  database.prepare('update snapshots set crc = 0 where room = ? and seq > 20').run(room)
  database.close()
  // Two of three snapshots damaged: all is there still.
  expect(await store.log(room)).toMatchObject({
    snapshot: { seq: 20 },
    entries: [{ seq: 21 }, { seq: 22 }, { seq: 23 }],
  })
  await expect(store.append([{ room, bytes: Uint8Array.of(1), guest: '' }])).resolves.toEqual([24])
})

it('P9 a store killed while it shortens logs has every entry it told of', async () => {
  const data = join(folder, 'killed.db')
  let told = 0
  for (const afterMs of [0, 3, 20, 60]) {
    const child = spawn(process.execPath, ['--import', 'tsx', 'server/storage/compactor.fixture.ts', data], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    let timer: NodeJS.Timeout | undefined
    const before = told
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told = Math.max(told, ...text.split('\n').filter(Boolean).map(Number))
      if (told > before + 30) timer ??= setTimeout(() => child.kill('SIGKILL'), afterMs)
    })
    await exited
    const calls = openCalls(data, bounds)
    const log = calls.log('r')
    calls.close()
    expect(log).not.toHaveProperty('damagedAt')
    expect(log.snapshot!.seq + log.entries.length).toBeGreaterThanOrEqual(told)
    expect(log.snapshot!.bytes).toEqual(new TextEncoder().encode(`${log.snapshot!.seq}`))
  }
  expect(told).toBeGreaterThan(120)
})

it('P8 while somebody reads for long the log of writes grows, and afterwards it is short again', () => {
  const data = join(folder, 'read.db')
  const calls = openCalls(data, bounds)
  const { record } = newRoom({ title: '', width: 1, height: 1 })
  calls.addRoom(record, Uint8Array.of(1))
  const reader = new Database(data)
  reader.exec('begin')
  reader.prepare('select count(*) from ops').get()
  const write = () => calls.append([{ room: record.id, bytes: new Uint8Array(200_000), guest: '' }])
  for (let i = 0; i < 120; i++) write()
  expect(statSync(`${data}-wal`).size).toBeGreaterThan(20_000_000)
  reader.exec('rollback')
  reader.close()
  for (let i = 0; i < 3; i++) write()
  expect(statSync(`${data}-wal`).size).toBeLessThanOrEqual(17_000_000)
  calls.close()
})

it('P7 line art that was changed on disk is refused', async () => {
  const room = await addRoom()
  const database = new Database(file)
  database.prepare("update line_art set png = x'02' where room = ?").run(room)
  database.close()
  await expect(store.linePng(room)).rejects.toMatchObject({ kind: 'damaged' })
})

it('P3 a file of the first version is brought to today’s', async () => {
  const old = join(folder, 'old.db')
  const database = new Database(old)
  database.exec(`
    create table rooms (id text primary key, created integer not null, title text not null, width integer not null,
      height integer not null, host_hash blob not null, edit_hash blob not null, view_hash blob not null,
      revision_reserved integer not null default 0);
    create table line_art (room text primary key, png blob not null);
    create table ops (room text not null, seq integer not null, bytes blob not null, crc integer not null,
      received_at integer not null, primary key (room, seq));
    insert into rooms values ('r', 0, 'Old', 4, 3, x'01', x'02', x'03', 10);
    insert into ops values ('r', 1, x'010203', ${crc32(Uint8Array.of(1, 2, 3))}, 0);
  `)
  database.close()
  const opened = openSqlite(old, bounds)
  expect(await opened.findRoom('r')).toMatchObject({ title: 'Old', locked: false, generations: { edit: 0 } })
  expect((await opened.log('r')).entries).toEqual([
    { seq: 1, at: 0, guest: '', bytes: Uint8Array.of(1, 2, 3) },
  ])
  expect(await opened.append([{ room: 'r', bytes: Uint8Array.of(4), guest: 'ann' }])).toEqual([2])
  await opened.close()
})

it('P3 calls after the end reject', async () => {
  const other = openSqlite(join(folder, 'other.db'), bounds)
  await other.probe()
  await other.close()
  await expect(other.probe()).rejects.toThrow('closed')
})

it('A5 holds no key, only hashes', async () => {
  const { record, keys } = newRoom({ title: '', width: 1, height: 1 })
  await store.addRoom(record, Uint8Array.of(1))
  const bytes = Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)])
  expect(bytes.includes(Buffer.from(record.keyHashes.view))).toBe(true)
  for (const key of Object.values(keys)) expect(bytes.includes(key)).toBe(false)
})
