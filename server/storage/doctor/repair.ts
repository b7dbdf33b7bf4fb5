/**
 * Mends a database that no server has open, after a copy of it was laid beside it. What is damaged of a log is set aside in
 * the table `damaged`; from all that is good, before the damage and behind it, a new snapshot is made. What built on a lost entry
 * is lost with it; its painter's browser still has it and sends it again.
 */
import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import * as Y from 'yjs'
import { isIntact, sumOf } from '../checksum.ts'
import { lockData } from '../sqlite/dataLock.ts'
import { atomically, openDatabase, type SqliteDatabase } from '../sqlite/sqliteSchema.ts'
import { faultKindOf } from '../storeFault.ts'
import { examinePages, examineRoom, isDamaged, roomIds, type RoomReport } from './examine.ts'
import { restoreHeader, salvage } from './salvage.ts'

export type Repair = {
  /** Where the file lies as it was. */
  backup: string
  /** What had to be read out of damaged pages row by row: rows saved, by table. */
  salvaged?: Record<string, number>
  /** Each as it was, before it was mended. */
  rooms: RoomReport[]
}

const companions = ['', '-wal', '-shm']

/** Throws a StoreFault `locked` while a server runs. Undefined when nothing is damaged: then nothing was done. */
export function repair(file: string, stamp: string): Repair | undefined {
  const lock = lockData(file, 0)
  try {
    const backup = `${file}.before-repair-${stamp}`
    for (const end of companions) if (existsSync(file + end)) copyFileSync(file + end, backup + end)
    const salvaged = mendPages(file)
    const database = openDatabase(file)
    const rooms = roomIds(database)
      .map((room) => examineRoom(database, room))
      .filter(isDamaged)
    for (const report of rooms) mendRoom(database, report)
    database.pragma('wal_checkpoint(truncate)')
    database.close()
    if (salvaged || rooms.length > 0) return { backup, ...(salvaged && { salvaged }), rooms }
    for (const end of companions) rmSync(backup + end, { force: true })
    return undefined
  } finally {
    lock.release()
  }
}

/** Puts a file of whole pages in the place of one whose pages are damaged. */
function mendPages(file: string): Record<string, number> | undefined {
  let database: SqliteDatabase | undefined
  try {
    database = openDatabase(file)
    if (examinePages(database).length === 0) {
      database.close()
      return undefined
    }
  } catch (error) {
    if (faultKindOf(error) !== 'damaged') throw error
    restoreHeader(file)
    database = openDatabase(file)
  }
  const fresh = `${file}.mended`
  for (const end of companions) rmSync(fresh + end, { force: true })
  const counts = salvage(database, fresh)
  database.close()
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true })
  renameSync(fresh, file)
  return counts
}

function mendRoom(database: SqliteDatabase, report: RoomReport): void {
  const { room, damagedEntries, damagedSnapshots } = report
  atomically(database, () => {
    const last = lastNumber(database, room)
    for (const seq of damagedEntries) setAside(database, 'ops', room, seq)
    for (const seq of damagedSnapshots) setAside(database, 'snapshots', room, seq)
    if (report.endsAt === undefined) return
    const bytes = everythingGood(database, room)
    database
      .prepare('insert or replace into snapshots (room, seq, bytes, crc, made_at) values (?, ?, ?, ?, ?)')
      .run(room, last, bytes, sumOf(room, last, bytes), Date.now())
  })
}

function lastNumber(database: SqliteDatabase, room: string): number {
  const { seq } = database
    .prepare(
      `select max(coalesce((select max(seq) from ops where room = :room), 0),
        coalesce((select max(seq) from snapshots where room = :room), 0)) as seq`,
    )
    .get({ room }) as { seq: number }
  return seq
}

function setAside(database: SqliteDatabase, table: 'ops' | 'snapshots', room: string, seq: number): void {
  const [guest, at] = table === 'ops' ? ['guest', 'received_at'] : ["''", 'made_at']
  database
    .prepare(
      `insert into damaged (room, seq, kind, guest, bytes, crc, received_at, moved_at)
        select room, seq, '${table}', ${guest}, bytes, crc, ${at}, ? from ${table} where room = ? and seq = ?`,
    )
    .run(Date.now(), room, seq)
  database.prepare(`delete from ${table} where room = ? and seq = ?`).run(room, seq)
}

/** The page as all snapshots and entries make it that are there; without what waits for something that is not. */
export function everythingGood(database: SqliteDatabase, room: string): Uint8Array {
  const doc = new Y.Doc()
  for (const table of ['snapshots', 'ops']) {
    const rows = database.prepare(`select seq, bytes, crc from ${table} where room = ? order by seq`)
    for (const row of rows.iterate(room) as Iterable<{ seq: number; bytes: ArrayBuffer; crc: number }>) {
      const bytes = new Uint8Array(row.bytes)
      if (isIntact(room, row.seq, bytes, row.crc)) Y.applyUpdate(doc, bytes)
    }
  }
  doc.store.pendingStructs = null
  doc.store.pendingDs = null
  return Y.encodeStateAsUpdate(doc)
}
