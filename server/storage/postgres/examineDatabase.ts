/**
 * Looks at what PostgreSQL keeps of each room and tells what is not as it was written; changes nothing, and servers may go on
 * meanwhile. One part of one room is in memory at a time.
 */
import { crc32 } from 'node:zlib'
import type { RoomReport } from '../doctor/examine.ts'
import { faultKindOf, StoreFault } from '../storeFault.ts'
import { isCurrent } from './migrate.ts'
import { withConnection, type Sql } from './pool.ts'
import { bytesOf } from './postgresLog.ts'

/** Entries that are read at once. */
const PART = 200

type Row = { seq: number; bytes: Buffer; crc: number }

/** Rooms in the order they were made. `onUnreadable` hears of those that the database itself cannot read. */
export async function examineDatabase(
  url: string,
  onUnreadable: (room: string, message: string) => void,
): Promise<RoomReport[]> {
  return withConnection(url, async (sql) => {
    if (!(await isCurrent(sql))) {
      throw new StoreFault(
        'other',
        'its tables are those of an older Nurie: start the server once, which brings them up to date',
      )
    }
    const rooms = await sql<{ id: string; title: string; seq: number }>(
      'select id, title, seq from rooms order by created, id',
    )
    const reports: RoomReport[] = []
    for (const { id, title } of rooms) {
      // Of one moment, so that nothing is missed between its parts.
      await sql('begin isolation level repeatable read read only')
      try {
        reports.push(await reportOn(sql, id, title))
      } catch (error) {
        if (faultKindOf(error) !== 'damaged') throw error
        onUnreadable(id, error instanceof Error ? error.message : String(error))
      } finally {
        await sql('rollback')
      }
    }
    return reports
  })
}

async function reportOn(sql: Sql, room: string, title: string): Promise<RoomReport> {
  const [head] = await sql<{ seq: number; versions: number }>(
    'select seq, (select count(*) from versions where room = $1) as versions from rooms where id = $1',
    [room],
  )
  const report: RoomReport = {
    room,
    title,
    entries: 0,
    bytes: 0,
    snapshots: 0,
    versions: head?.versions ?? 0,
    damagedEntries: [],
    damagedSnapshots: [],
    isLineArtDamaged: !(await isLineArtGood(sql, room)),
  }
  let newest = 0
  const snapshots = 'select seq, bytes, crc from snapshots where room = $1 and seq > $2 order by seq limit 1'
  for await (const row of rowsOf(sql, snapshots, room)) {
    report.snapshots++
    if (bytesOf(room, row)) newest = row.seq
    else report.damagedSnapshots.push(row.seq)
  }
  let last = 0
  const entries = `select seq, bytes, crc from ops where room = $1 and seq > $2 order by seq limit ${PART}`
  for await (const row of rowsOf(sql, entries, room)) {
    const isGood = bytesOf(room, row) !== undefined
    report.entries++
    report.bytes += row.bytes.length
    if (!isGood) report.damagedEntries.push(row.seq)
    const expected = Math.max(last, newest) + 1
    if (row.seq > newest && (!isGood || row.seq !== expected)) report.endsAt ??= expected
    last = row.seq
  }
  // The room knows how far it was.
  const end = Math.max(last, newest)
  if (head && end < head.seq) report.endsAt ??= end + 1
  return report
}

/** Part by part; `text` gives those behind `$2`. */
async function* rowsOf(sql: Sql, text: string, room: string) {
  for (let after = 0; ;) {
    const rows = await sql<Row>(text, [room, after])
    yield* rows
    const last = rows.at(-1)
    if (!last) return
    after = last.seq
  }
}

async function isLineArtGood(sql: Sql, room: string): Promise<boolean> {
  const [row] = await sql<{ png: Buffer; crc: number }>('select png, crc from line_art where room = $1', [
    room,
  ])
  return row !== undefined && crc32(row.png) === row.crc
}
