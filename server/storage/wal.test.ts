import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, expect, it } from 'vitest'
import { lostTransactions } from './wal.ts'

const folder = mkdtempSync(join(tmpdir(), 'nurie-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A log of one transaction that makes a table and `count` of a row each, as a crash leaves it. */
function logOf(count: number): Buffer {
  const file = join(folder, `${count}.db`)
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.exec('create table t (id integer primary key, text text)')
  const add = database.prepare('insert into t (id, text) values (?, ?)')
  for (let i = 0; i < count; i++) add.run(null, `row ${i}`)
  const wal = readFileSync(`${file}-wal`)
  database.close()
  return wal
}
const wal = logOf(6)

it('P17 a log that was cut off anywhere has lost nothing that was told saved', () => {
  expect(lostTransactions(wal)).toBe(0)
  for (let length = 0; length < wal.length; length += 97)
    expect(lostTransactions(wal.subarray(0, length))).toBe(0)
})

it('P17 one wrong byte is noticed wherever it hides later transactions', () => {
  const frame = 24 + 4096
  const frames = (wal.length - 32) / frame
  for (let at = 0; at < wal.length; at += 61) {
    const hurt = Buffer.from(wal)
    hurt[at]! ^= 0x10
    const behind = Math.max(0, frames - 1 - Math.floor((at - 32) / frame))
    // In the last frame it cannot be told from one that was cut off.
    if (behind > 0)
      expect(lostTransactions(hurt), `byte ${at}`).toBeGreaterThanOrEqual(Math.min(behind, 5) - 1)
  }
})
