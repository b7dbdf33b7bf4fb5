/** The log of each room, its snapshots, and whose each Yjs client is. Every stored byte string has a checksum beside it. */
import { isIntact, sumOf } from '../checksum.ts'
import { atomically, type SqliteDatabase } from './sqliteSchema.ts'
import type { Head, LogBounds, LogEntry, RoomContents, RoomLog, RoomUpdate, Snapshot } from '../store.ts'
import { StoreFault, unlessDamaged } from '../storeFault.ts'

const KEPT_SNAPSHOTS = 3
/** At most so many entries go at once: others wait meanwhile. */
const GOING = 5_000

type Checked = { bytes: ArrayBuffer; crc: number }
type EntryRow = Checked & { seq: number; at: number; guest: string }

/** The bytes, or undefined when they are not those that were written. */
function bytesOf(room: string, seq: number, { bytes, crc }: Checked): Uint8Array | undefined {
  const read = new Uint8Array(bytes)
  return isIntact(room, seq, read, crc) ? read : undefined
}

export function logCalls(database: SqliteDatabase, bounds: LogBounds) {
  const sql = {
    snapshots: database.prepare('select seq from snapshots where room = ? order by seq desc'),
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
    pruneSnapshots: database.prepare(
      `delete from snapshots where room = :room and seq not in (select seq from versions where room = :room)
        and seq not in (select seq from snapshots where room = :room
          and seq not in (select seq from versions where room = :room) order by seq desc limit ${KEPT_SNAPSHOTS})`,
    ),
    size: database.prepare(
      'select count(*) as entries, total(length(bytes)) as bytes from ops where room = ?',
    ),
    shorten: database.prepare(
      `delete from ops where room = :room and seq in (select seq from ops where room = :room
        and seq <= (select min(seq) from snapshots where room = :room
          and seq not in (select seq from versions where room = :room)) order by seq limit ${GOING})`,
    ),
    claims: database.prepare('select client, guest from claims where room = ?'),
    claim: database.prepare('insert or ignore into claims (room, client, guest) values (?, ?, ?)'),
    claimOf: database.prepare('select guest, clock from claims where room = ? and client = ?'),
    step: database.prepare('update claims set clock = ? where room = ? and client = ?'),
    changes: database.prepare('select changes from rooms where id = ?'),
  }

  /** Gives new clients to the guest and moves the clocks on; whoever was overtaken in one is told so. */
  function follow({ room, guest, claims = [], clocks = [] }: RoomUpdate): void {
    const known = (client: number) =>
      sql.claimOf.get(room, client) as { guest: string; clock: number | null } | undefined
    for (const client of claims) {
      sql.claim.run(room, client, guest)
      if (known(client)?.guest !== guest) throw new StoreFault('behind', 'a Yjs client is another guest’s')
    }
    for (const { client, from, to } of clocks) {
      const row = known(client)
      const isFirst = claims.includes(client) && row?.clock === null
      const clock = isFirst ? 0 : row?.clock
      if (typeof clock === 'number' && clock !== from)
        throw new StoreFault('behind', 'the log has more of a Yjs client, or less')
      sql.step.run(to, room, client)
    }
  }

  /** The last number of each room appended to, so that an append need not look it up. */
  const lastSeqs = new Map<string, number>()

  function lastSeq(room: string): number {
    const known = lastSeqs.get(room)
    if (known !== undefined) return known
    const row = sql.lastSeq.get({ room }) as { seq: number } | undefined
    if (!row) throw new StoreFault('no-room', 'there is no such room to append to')
    return row.seq
  }

  /** In order, without holes, up to the first that is damaged, missing or cannot be read. */
  function intact(room: string, from: number): { entries: LogEntry[]; damagedAt?: number } {
    const entries: LogEntry[] = []
    const isWhole = unlessDamaged(() => {
      for (const row of sql.entries.iterate(room, from) as Iterable<EntryRow>) {
        const bytes = row.seq === from + entries.length ? bytesOf(room, row.seq, row) : undefined
        if (!bytes) return false
        entries.push({ seq: row.seq, at: row.at, guest: row.guest, bytes })
      }
      return true
    })
    return isWhole ? { entries } : { entries, damagedAt: from + entries.length }
  }

  /** The one of that number, if it is undamaged. */
  function snapshot(room: string, seq: number): Snapshot | undefined {
    const row = unlessDamaged(() => sql.snapshot.get(room, seq) as Checked | undefined)
    const bytes = row && bytesOf(room, seq, row)
    return bytes && { seq, bytes }
  }

  function putSnapshot(room: string, { seq, bytes }: Snapshot): void {
    sql.addSnapshot.run(room, seq, bytes, sumOf(room, seq, bytes), Date.now())
  }

  return {
    log(room: string): RoomLog {
      const rows = sql.claims.all(room) as { client: number; guest: string }[]
      const claims = new Map(rows.map(({ client, guest }) => [client, guest]))
      for (const { seq } of sql.snapshots.all(room) as { seq: number }[]) {
        const found = snapshot(room, seq)
        if (found) return { claims, snapshot: found, ...intact(room, seq + 1) }
      }
      return { claims, ...intact(room, 1) }
    },
    append(updates: readonly RoomUpdate[]) {
      const now = Date.now()
      const seqs = new Map<string, number>()
      const numbers = atomically(database, () =>
        updates.map((update) => {
          const { room, bytes, guest } = update
          const seq = (seqs.get(room) ?? lastSeq(room)) + 1
          sql.addEntry.run(room, seq, guest, bytes, sumOf(room, seq, bytes), now)
          follow(update)
          seqs.set(room, seq)
          return seq
        }),
      )
      if (lastSeqs.size > 10_000) lastSeqs.clear()
      for (const [room, seq] of seqs) lastSeqs.set(room, seq)
      return numbers
    },
    heads(rooms: readonly string[]): Map<string, Head> {
      return new Map(
        rooms.flatMap((room) => {
          const row = sql.changes.get(room) as { changes: number } | undefined
          return row ? [[room, { seq: lastSeq(room), changes: row.changes }] as const] : []
        }),
      )
    },
    /** The log of a room that has none yet, within a transaction of the caller's. */
    insertLog(room: string, { entries, claims }: Pick<RoomContents, 'entries' | 'claims'>) {
      for (const [i, { at, guest, bytes }] of entries.entries())
        sql.addEntry.run(room, i + 1, guest, bytes, sumOf(room, i + 1, bytes), at)
      for (const [client, guest] of claims) sql.claim.run(room, client, guest)
    },
    entries(room: string, from: number): LogEntry[] {
      return (sql.entries.all(room, from) as EntryRow[]).flatMap(({ seq, at, guest, ...row }) => {
        const bytes = bytesOf(room, seq, row)
        return bytes ? [{ seq, at, guest, bytes }] : []
      })
    },
    addSnapshot(room: string, snapshot: Snapshot) {
      atomically(database, () => {
        putSnapshot(room, snapshot)
        sql.pruneSnapshots.run({ room })
        const size = sql.size.get(room) as { entries: number; bytes: number }
        if (size.entries > bounds.entries || size.bytes > bounds.bytes) sql.shorten.run({ room })
      })
    },
    snapshot,
    /** A snapshot that is to be kept by a version: in the same transaction. */
    putSnapshot,
    /** After a version went. */
    pruneSnapshots: (room: string) => void sql.pruneSnapshots.run({ room }),
    /** Of a room that is removed nothing is remembered. */
    forgetLog(room: string) {
      lastSeqs.delete(room)
    },
  }
}
