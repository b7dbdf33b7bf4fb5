import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, expect, it } from 'vitest'
import { faultKindOf } from '../storeFault.ts'
import { mend, mendWal } from './wal.ts'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
afterAll(() => rmSync(folder, { recursive: true }))

const ROWS = 6

/** A file and a log of one transaction that makes a table and one for each row, as a crash leaves them. */
const { main, wal } = (() => {
  const file = join(folder, 'made.db')
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.exec('create table t (id integer primary key, text text)')
  const add = database.prepare('insert into t (id, text) values (?, ?)')
  for (let i = 0; i < ROWS; i++) add.run(null, `row ${i}`)
  return { main: readFileSync(file), wal: readFileSync(`${file}-wal`) }
})()
const frame = 24 + 4096
const frames = (wal.length - 32) / frame

let count = 0
/** How many rows SQLite finds with this log; undefined when it says that the file is damaged. */
function rowsWith(log: Buffer, isMended: boolean): number | undefined {
  const file = join(folder, `${count++}.db`)
  writeFileSync(file, main)
  writeFileSync(`${file}-wal`, log)
  if (isMended) mendWal(file, 'now')
  try {
    return new Database(file).prepare('select id from t').all().length
  } catch (error) {
    return faultKindOf(error) === 'damaged' ? undefined : 0
  }
}

it('P17 a log that was cut off anywhere is left to SQLite', () => {
  expect(rowsWith(wal, false)).toBe(ROWS)
  for (let length = 0; length <= wal.length; length += 97)
    expect(mend(wal.subarray(0, length))).toBeUndefined()
})

it('P17 frames of an earlier log behind the end stay left out', () => {
  const earlier = Buffer.from(wal)
  // Other salts: SQLite stops there.
  for (let at = 32 + 3 * frame; at < wal.length; at += frame) earlier.writeUInt32BE(7, at + 8)
  expect(mend(earlier)).toBeUndefined()
})

it('P17 behind one wrong byte everything is there again but in the last transaction', () => {
  const alone: number[] = []
  let whole = 0
  for (let at = 0; at < wal.length; at += at < 32 ? 1 : 211) {
    const hurt = Buffer.from(wal)
    hurt[at]! ^= 0x10
    const index = Math.floor((at - 32) / frame)
    const rows = rowsWith(hurt, true)
    // Of the last transaction it cannot be told whether it was finished.
    const least = index < frames - 1 ? ROWS : ROWS - 1
    if ((rows ?? 0) >= least) whole++
    alone.push(rowsWith(hurt, false) ?? 0)
  }
  // Some are bytes that all hangs on and that could stand elsewhere: those are noticed at once.
  expect(whole / alone.length).toBeGreaterThan(0.9)
  expect(alone.filter((rows) => rows >= ROWS - 1).length / alone.length).toBeLessThan(0.5)
  // SQLite alone loses most of it: the test can fail.
  expect(Math.min(...alone)).toBe(0)
})

it('P17 a wrong byte is put right by the sums, several are left to those of the rows; the log as it was is kept', () => {
  const hurt = Buffer.from(wal)
  hurt[32 + 3 * frame + 2]! ^= 1
  const mended = mend(hurt)!
  expect(mended).toMatchObject({ frames: 1 })
  expect(mended.wal.equals(wal)).toBe(true)
  const worse = Buffer.from(wal)
  worse.fill(0x5a, 32 + 3 * frame + 2000, 32 + 3 * frame + 2100)
  const left = mend(worse)!
  expect(left).toMatchObject({ frames: 1 })
  expect(left.wal).toHaveLength(wal.length)
  expect(left.wal.subarray(32 + 3 * frame + 2000, 32 + 3 * frame + 2100).every((byte) => byte === 0x5a)).toBe(
    true,
  )
  const file = join(folder, 'kept.db')
  writeFileSync(file, main)
  writeFileSync(`${file}-wal`, hurt)
  const damage = mendWal(file, 'now')!
  expect(readFileSync(damage.copy).equals(hurt)).toBe(true)
  expect(readFileSync(`${file}-wal`).equals(wal)).toBe(true)
})
