import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, expect, it } from 'vitest'
import { newKeys } from '../rooms/access.ts'
import { openSqlite } from './sqlite.ts'
import { storeContract } from './storeContract.fixture.ts'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
const file = join(folder, 'nurie.db')
let store = openSqlite(file)
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

storeContract(
  () => store,
  async () => {
    await store.close()
    store = openSqlite(file)
  },
)

it('P3 a batch is all or nothing', async () => {
  const { hashes } = newKeys()
  await store.addRoom({ id: 'whole', title: '', width: 1, height: 1, keyHashes: hashes }, Uint8Array.of(1))
  const update = { room: 'whole', bytes: Uint8Array.of(1) }
  await expect(store.append([update, { room: 'whole', bytes: null as never }])).rejects.toThrow()
  expect(await store.updates('whole')).toEqual([])
  await store.append([update])
  expect(await store.updates('whole')).toEqual([update.bytes])
})

it('P3 an update that was changed on disk is noticed, in its room only', async () => {
  const { hashes } = newKeys()
  for (const id of ['hurt', 'well']) {
    await store.addRoom({ id, title: '', width: 1, height: 1, keyHashes: hashes }, Uint8Array.of(1))
    await store.append([{ room: id, bytes: Uint8Array.of(1, 2, 3) }])
  }
  const database = new Database(file)
  database.prepare("update ops set bytes = ? where room = 'hurt'").run(Buffer.of(1, 2, 4), 0)
  database.close()
  await expect(store.updates('hurt')).rejects.toThrow('checksum')
  expect(await store.updates('well')).toHaveLength(1)
})

it('P3 calls after the end reject', async () => {
  const other = openSqlite(join(folder, 'other.db'))
  await other.probe()
  await other.close()
  await expect(other.probe()).rejects.toThrow('closed')
})

it('A5 holds no key, only hashes', async () => {
  const { keys, hashes } = newKeys()
  await store.addRoom({ id: 'keys', title: '', width: 1, height: 1, keyHashes: hashes }, Uint8Array.of(1))
  const bytes = Buffer.concat([readFileSync(file), readFileSync(`${file}-wal`)])
  expect(bytes.includes(Buffer.from(hashes.view))).toBe(true)
  for (const key of Object.values(keys)) expect(bytes.includes(key)).toBe(false)
})
