/** The log of each room, its snapshots, and whose each Yjs client is. Every stored byte string has a checksum beside it. */
import { crc32 } from 'node:zlib'
import { atomically, type SqliteDatabase } from './sqliteSchema.ts'
import type { LogEntry, RoomLog, RoomUpdate, Snapshot } from './store.ts'

type Checked = { bytes: ArrayBuffer; crc: number }
type EntryRow = Checked & { seq: number; at: number; guest: string }

/** The bytes, or undefined when they are not those that were written. */
function bytesOf({ bytes, crc }: Checked): Uint8Array | undefined {
  const read = new Uint8Array(bytes)
  return crc32(read) === crc ? read : undefined
}

export function logCalls(database: SqliteDatabase) {
  const sql = {
    snapshots: database.prepare('select seq, bytes, crc from snapshots where room = ? order by seq desc'),
    addSnapshot: database.prepare(
      'insert or replace into snapshots (room, seq, bytes, crc, made_at) values (?, ?, ?, ?, ?)',
    ),
    entries: database.prepare(
      'select seq, received_at as at, guest, bytes, crc from ops where room = ? and seq >= ? order by seq',
    ),
    lastSeq: database.prepare(
      `select max(coalesce((select max(seq) from ops where room = :room), 0),
        coalesce((select max(seq) from snapshots where room = :room), 0)) as seq from rooms where id = :room`,
    ),
    addEntry: database.prepare(
      'insert into ops (room, seq, guest, bytes, crc, received_at) values (?, ?, ?, ?, ?, ?)',
    ),
    snapshot: database.prepare('select seq, bytes, crc from snapshots where room = ? and seq = ?'),
    claims: database.prepare('select client, guest from claims where room = ?'),
    claim: database.prepare('insert or ignore into claims (room, client, guest) values (?, ?, ?)'),
  }

  /** The last number of each room appended to, so that an append need not look it up. */
  const lastSeqs = new Map<string, number>()

  function lastSeq(room: string): number {
    const known = lastSeqs.get(room)
    if (known !== undefined) return known
    const row = sql.lastSeq.get({ room }) as { seq: number } | undefined
    if (!row) throw new Error('there is no such room to append to')
    return row.seq
  }

  /** In order, without holes, up to the first that is damaged or missing. */
  function intact(room: string, from: number): { entries: LogEntry[]; damagedAt?: number } {
    const entries: LogEntry[] = []
    for (const row of sql.entries.iterate(room, from) as Iterable<EntryRow>) {
      const expected = from + entries.length
      const bytes = row.seq === expected ? bytesOf(row) : undefined
      if (!bytes) return { entries, damagedAt: expected }
      entries.push({ seq: row.seq, at: row.at, guest: row.guest, bytes })
    }
    return { entries }
  }

  return {
    log(room: string): RoomLog {
      const rows = sql.claims.all(room) as { client: number; guest: string }[]
      const claims = new Map(rows.map(({ client, guest }) => [client, guest]))
      for (const row of sql.snapshots.iterate(room) as Iterable<Checked & { seq: number }>) {
        const bytes = bytesOf(row)
        if (bytes) return { claims, snapshot: { seq: row.seq, bytes }, ...intact(room, row.seq + 1) }
      }
      return { claims, ...intact(room, 1) }
    },
    append(updates: readonly RoomUpdate[]) {
      const now = Date.now()
      const seqs = new Map<string, number>()
      const numbers = atomically(database, () =>
        updates.map(({ room, bytes, guest, claims }) => {
          const seq = (seqs.get(room) ?? lastSeq(room)) + 1
          sql.addEntry.run(room, seq, guest, bytes, crc32(bytes), now)
          for (const client of claims ?? []) sql.claim.run(room, client, guest)
          seqs.set(room, seq)
          return seq
        }),
      )
      if (lastSeqs.size > 10_000) lastSeqs.clear()
      for (const [room, seq] of seqs) lastSeqs.set(room, seq)
      return numbers
    },
    entries(room: string, from: number): LogEntry[] {
      return (sql.entries.all(room, from) as EntryRow[]).flatMap(({ seq, at, guest, ...row }) => {
        const bytes = bytesOf(row)
        return bytes ? [{ seq, at, guest, bytes }] : []
      })
    },
    addSnapshot(room: string, { seq, bytes }: Snapshot) {
      sql.addSnapshot.run(room, seq, bytes, crc32(bytes), Date.now())
    },
    /** The one of that number, if it is undamaged. */
    snapshot(room: string, seq: number): Snapshot | undefined {
      const row = sql.snapshot.get(room, seq) as Checked | undefined
      const bytes = row && bytesOf(row)
      return bytes && { seq, bytes }
    },
    /** Of a room that is removed nothing is remembered. */
    forgetLog(room: string) {
      lastSeqs.delete(room)
    },
  }
}
