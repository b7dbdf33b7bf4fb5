/** What is read of each room's log, its snapshots, and how a long one is shortened. Every stored byte string has a checksum beside it. */
import { randomUUID } from 'node:crypto'
import { isIntact, sumOf } from '../checksum.ts'
import type { Head, LogBounds, LogEntry, RoomContents, RoomLog, Snapshot } from '../store.ts'
import { StoreFault } from '../storeFault.ts'
import { NOW, type Pool, type Sql } from './pool.ts'

const KEPT_SNAPSHOTS = 3
/** At most so many entries go at once: others wait meanwhile. */
const GOING = 5_000
/** Bytes of a log that are sent in one statement. */
const SENT = 4_000_000

type Checked = { seq: number; bytes: Buffer; crc: number }
type EntryRow = Checked & { at: number; guest: string }
type LogRow =
  | { kind: 'room'; seq: number }
  | { kind: 'claim'; seq: number; guest: string }
  | ({ kind: 'snapshot' } & Checked)
  | ({ kind: 'entry' } & EntryRow)

/** The bytes, or undefined when they are not those that were written. */
export const bytesOf = (room: string, { seq, bytes, crc }: Checked) =>
  isIntact(room, seq, bytes, crc) ? new Uint8Array(bytes) : undefined

/** All in one statement, so that it is of one moment: the newest snapshot before `$2` and what follows it. */
const LOG = `with newest as (select seq, bytes, crc from snapshots where room = $1 and seq < $2 order by seq desc limit 1)
  select 'room' as kind, seq, null as guest, null::bigint as at, null::bytea as bytes, null::bigint as crc
    from rooms where id = $1
  union all select 'claim', client, guest, null, null, null from claims where room = $1
  union all select 'snapshot', seq, null, null, bytes, crc from newest
  union all select 'entry', seq, guest, received_at, bytes, crc from ops
    where room = $1 and seq > coalesce((select seq from newest), 0)`

/** The log of a room that has none yet, within a transaction of the caller's. */
export async function insertLog(
  sql: Sql,
  room: string,
  { entries, claims }: Pick<RoomContents, 'entries' | 'claims'>,
): Promise<void> {
  const rows = entries.map(({ at, guest, bytes }, i): EntryValues => {
    const seq = i + 1
    return [room, seq, guest, bytes, sumOf(room, seq, bytes), randomUUID(), at]
  })
  for (const part of inParts(rows)) {
    await sql(
      `insert into ops (room, seq, guest, bytes, crc, mark, received_at) select * from
        unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::bigint[], $6::uuid[], $7::bigint[])`,
      columns(part, 7),
    )
  }
  await sql('insert into claims (room, client, guest) select $1, * from unnest($2::bigint[], $3::text[])', [
    room,
    [...claims.keys()],
    [...claims.values()],
  ])
}

/** What is written of an entry: room, number, guest, bytes, sum, mark, and more. */
export type EntryValues = readonly [string, number, string, Uint8Array, number, string, ...unknown[]]

/** Entries as many statements send them, none with more bytes than a few beyond what one may have. */
export function inParts(rows: readonly EntryValues[]): EntryValues[][] {
  const parts: EntryValues[][] = []
  let size = Infinity
  for (const row of rows) {
    if (size > SENT) {
      parts.push([])
      size = 0
    }
    parts.at(-1)!.push(row)
    size += row[3].length
  }
  return parts
}

/** Rows as the columns that `unnest` takes. */
export const columns = (rows: readonly (readonly unknown[])[], count: number) =>
  Array.from({ length: count }, (_, column) => rows.map((row) => row[column]))

/** Rejects as `no-room` when there is none. */
export async function putSnapshot(sql: Sql, room: string, { seq, bytes }: Snapshot): Promise<void> {
  const rows = await sql(
    `insert into snapshots (room, seq, bytes, crc, made_at)
      select id, $2, $3, $4, ${NOW} from rooms where id = $1 for key share
      on conflict (room, seq) do update set bytes = excluded.bytes, crc = excluded.crc, made_at = excluded.made_at
      returning seq`,
    [room, seq, bytes, sumOf(room, seq, bytes)],
  )
  if (rows.length === 0) throw new StoreFault('no-room', 'there is no such room to keep a snapshot of')
}

export async function pruneSnapshots(sql: Sql, room: string): Promise<void> {
  await sql(
    `delete from snapshots where room = $1 and seq not in (select seq from versions where room = $1)
      and seq not in (select seq from snapshots where room = $1
        and seq not in (select seq from versions where room = $1) order by seq desc limit ${KEPT_SNAPSHOTS})`,
    [room],
  )
}

export function logCalls({ sql, transaction }: Pool, bounds: LogBounds) {
  return {
    async log(room: string): Promise<RoomLog> {
      for (let below = Number.MAX_SAFE_INTEGER; ;) {
        const rows = await sql<LogRow>(LOG, [room, below])
        const row = rows.find((each) => each.kind === 'snapshot')
        const bytes = row && bytesOf(room, row)
        if (row && !bytes) {
          below = row.seq
          continue
        }
        const claims = new Map(
          rows.flatMap((each) => (each.kind === 'claim' ? [[each.seq, each.guest] as const] : [])),
        )
        const head = rows.find((each) => each.kind === 'room')?.seq ?? 0
        const entries = rows.filter((each) => each.kind === 'entry').sort((a, b) => a.seq - b.seq)
        const page = intact(room, row?.seq ?? 0, entries, head)
        return { claims, ...(row && bytes && { snapshot: { seq: row.seq, bytes } }), ...page }
      }
    },
    async entries(room: string, from: number): Promise<LogEntry[]> {
      const rows = await sql<EntryRow>(
        'select seq, received_at as at, guest, bytes, crc from ops where room = $1 and seq >= $2 order by seq',
        [room, from],
      )
      return rows.flatMap((row) => {
        const bytes = bytesOf(room, row)
        return bytes ? [{ seq: row.seq, at: row.at, guest: row.guest, bytes }] : []
      })
    },
    addSnapshot: (room: string, snapshot: Snapshot) =>
      transaction(async (sql) => {
        await putSnapshot(sql, room, snapshot)
        await pruneSnapshots(sql, room)
        const [size] = await sql<{ entries: number; bytes: number }>(
          'select count(*) as entries, coalesce(sum(length(bytes)), 0)::bigint as bytes from ops where room = $1',
          [room],
        )
        if (!size || (size.entries <= bounds.entries && size.bytes <= bounds.bytes)) return
        await sql(
          `delete from ops where room = $1 and seq in (select seq from ops where room = $1
            and seq <= (select min(seq) from snapshots where room = $1
              and seq not in (select seq from versions where room = $1)) order by seq limit ${GOING})`,
          [room],
        )
      }),
  }
}

export const headsCall =
  ({ sql }: Pool) =>
  async (rooms: readonly string[]): Promise<Map<string, Head>> => {
    const rows = await sql<{ id: string } & Head>('select id, seq, changes from rooms where id = any($1)', [
      rooms,
    ])
    return new Map(rows.map(({ id, seq, changes }) => [id, { seq, changes }]))
  }

/** In order, without holes, up to the first that is damaged or missing; `head`: the last that there must be. */
function intact(room: string, from: number, rows: readonly EntryRow[], head: number) {
  const entries: LogEntry[] = []
  for (const row of rows) {
    const bytes = row.seq === from + entries.length + 1 ? bytesOf(room, row) : undefined
    if (!bytes) break
    entries.push({ seq: row.seq, at: row.at, guest: row.guest, bytes })
  }
  const next = from + entries.length + 1
  return next <= head ? { entries, damagedAt: next } : { entries }
}
