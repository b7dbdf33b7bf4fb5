import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import Database from 'libsql'
import { afterAll, expect, it } from 'vitest'
import { newRoom } from '../rooms/access.ts'
import { openSqlite } from './sqlite.ts'
import { storeContract } from './storeContract.fixture.ts'

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
