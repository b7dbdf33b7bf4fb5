/**
 * Looks at every stored byte of a database and tells what is damaged, room by room; changes nothing. What cannot be read is
 * damage, never an error.
 */
import { existsSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import Database from 'libsql'
import { isIntact } from '../checksum.ts'
import { SCHEMA_VERSION, type SqliteDatabase } from '../sqlite/sqliteSchema.ts'
import { faultKindOf, StoreFault } from '../storeFault.ts'

export type RoomReport = {
  room: string
  title: string
  entries: number
  bytes: number
  snapshots: number
  versions: number
  damagedEntries: number[]
  damagedSnapshots: number[]
  isLineArtDamaged: boolean
  /** Neither in the log nor in a snapshot is what was painted from this entry on. */
  endsAt?: number
}

export const isDamaged = (report: RoomReport) =>
  report.damagedEntries.length > 0 ||
  report.damagedSnapshots.length > 0 ||
  report.isLineArtDamaged ||
  report.endsAt !== undefined

type Row = { seq: number; bytes: ArrayBuffer; crc: number }

/** For reading only; throws a StoreFault when it is no database of today's. */
export function openForReading(file: string): SqliteDatabase {
  if (!existsSync(file)) throw new StoreFault('disk', `there is no database at ${file}`)
  const database = new Database(file)
  database.pragma('busy_timeout = 5000')
  database.pragma('query_only = 1')
  const [{ user_version: version }] = database.pragma('user_version') as [{ user_version: number }]
  if (version !== SCHEMA_VERSION) {
    throw new StoreFault(
      'other',
      version < SCHEMA_VERSION
        ? 'the database was written by an older Nurie: start the server once, which brings it up to date'
        : 'the database was written by a newer Nurie',
    )
  }
  return database
}

/** What SQLite itself finds wrong with the pages and their order; empty when all is well. */
export function examinePages(database: SqliteDatabase): string[] {
  try {
    const rows = database.prepare('pragma integrity_check(20)').all() as { integrity_check: string }[]
    return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
  } catch (error) {
    if (faultKindOf(error) !== 'damaged') throw error
    return [error instanceof Error ? error.message : String(error)]
  }
}

export function roomIds(database: SqliteDatabase): string[] {
  return readable(
    () => database.prepare('select id from rooms order by created').all() as { id: string }[],
  ).rows.map(({ id }) => id)
}

/** As it is at one moment, also while a server writes on. */
export function examineRoom(database: SqliteDatabase, room: string): RoomReport {
  database.exec('begin')
  try {
    return reportOn(database, room)
  } finally {
    database.exec('rollback')
  }
}

function reportOn(database: SqliteDatabase, room: string): RoomReport {
  const info = readable(() => [database.prepare('select title from rooms where id = ?').get(room)]).rows as {
    title: string
  }[]
  const report: RoomReport = {
    room,
    title: info[0]?.title ?? '',
    entries: 0,
    bytes: 0,
    snapshots: 0,
    versions: readable(() => database.prepare('select id from versions where room = ?').all(room)).rows
      .length,
    damagedEntries: [],
    damagedSnapshots: [],
    isLineArtDamaged: false,
  }
  let newest = 0
  for (const { seq, isGood } of rowsOf(database, 'snapshots', room)) {
    report.snapshots++
    if (isGood) newest = Math.max(newest, seq)
    else report.damagedSnapshots.push(seq)
  }
  let last = 0
  for (const { seq, isGood, length } of rowsOf(database, 'ops', room)) {
    report.entries++
    report.bytes += length
    if (!isGood) report.damagedEntries.push(seq)
    const expected = Math.max(last, newest) + 1
    if (seq > newest && (!isGood || seq !== expected)) report.endsAt ??= expected
    last = seq
  }
  report.isLineArtDamaged = !isLineArtGood(database, room)
  return report
}

/** One after the other, so that a long log is never in memory as a whole and a damaged page costs what lies on it only. */
function* rowsOf(database: SqliteDatabase, table: 'ops' | 'snapshots', room: string) {
  const { rows } = readable(
    () =>
      database.prepare(`select seq from ${table} where room = ? order by seq`).all(room) as { seq: number }[],
  )
  const one = database.prepare(`select seq, bytes, crc from ${table} where room = ? and seq = ?`)
  for (const { seq } of rows) {
    const [row] = readable(() => [one.get(room, seq)]).rows as (Row | undefined)[]
    const bytes = row && new Uint8Array(row.bytes)
    yield {
      seq,
      length: bytes?.length ?? 0,
      isGood: bytes !== undefined && isIntact(room, seq, bytes, row!.crc),
    }
  }
}

function isLineArtGood(database: SqliteDatabase, room: string): boolean {
  const found = readable(() => [database.prepare('select png, crc from line_art where room = ?').get(room)])
    .rows as ({ png: ArrayBuffer; crc: number | null } | undefined)[]
  const row = found[0]
  return row !== undefined && (row.crc === null || crc32(new Uint8Array(row.png)) === row.crc)
}

/** The rows, none where a page of the database is damaged. */
function readable<T>(read: () => T[]): { rows: T[]; isDamaged: boolean } {
  try {
    return { rows: read(), isDamaged: false }
  } catch (error) {
    if (faultKindOf(error) !== 'damaged') throw error
    return { rows: [], isDamaged: true }
  }
}
