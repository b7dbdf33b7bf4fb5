/**
 * How updates get into the logs. The rows of their rooms are locked, always in the same order, so that numbers have no holes, batches of
 * several rooms never wait for each other in a circle, and what is looked at (clocks, claims) stays so until the commit.
 *
 * When the connection breaks while a commit runs, nobody knows whether it is there. Every entry has a mark of its own; an update that
 * was left in doubt is looked for by its mark when it is appended again (by the same object), under the same lock, which the lost
 * transaction holds until it has ended. So it is found, or it will never be there.
 */
import { randomUUID } from 'node:crypto'
import { sumOf } from '../checksum.ts'
import type { RoomUpdate } from '../store.ts'
import { StoreFault } from '../storeFault.ts'
import { NOW, type Pool, type Sql } from './pool.ts'
import { columns, inParts, type EntryValues } from './postgresLog.ts'

/** `after`: the number of the room's last entry before. */
type Doubt = { mark: string; after: number }
type Claim = { room: string; client: number; guest: string; clock: number | null }

const keyOf = (room: string, client: number) => `${client} ${room}`

export function openAppend({ transaction }: Pool) {
  const doubts = new WeakMap<RoomUpdate, Doubt>()

  return async function append(updates: readonly RoomUpdate[]): Promise<number[]> {
    if (updates.length === 0) return []
    const written: { update: RoomUpdate; doubt: Doubt }[] = []
    let isWritten = false
    try {
      return await transaction(async (sql) => {
        isWritten = false
        written.length = 0
        const heads = await lock(sql, updates)
        const before = new Map(heads)
        const found = await findDoubtful(sql, updates, doubts)
        const fresh = updates.filter((update) => !found.has(update))
        const claims = await claimsOf(sql, fresh)
        const rows: EntryValues[] = []
        const moved = new Map<string, Claim>()
        for (const update of fresh) {
          const { room, guest, bytes } = update
          follow(update, claims, moved)
          const seq = heads.get(room)! + 1
          heads.set(room, seq)
          found.set(update, seq)
          const doubt = doubts.get(update) ?? { mark: randomUUID(), after: before.get(room)! }
          written.push({ update, doubt })
          rows.push([room, seq, guest, bytes, sumOf(room, seq, bytes), doubt.mark])
        }
        if (rows.length > 0) await write(sql, rows, [...moved.values()], heads)
        isWritten = true
        return updates.map((update) => found.get(update)!)
      })
    } catch (error) {
      if (isWritten) for (const { update, doubt } of written) doubts.set(update, doubt)
      throw error
    }
  }
}

/** Gives the last number of each room. A weaker lock than one for removing it: snapshots may be kept meanwhile. */
async function lock(sql: Sql, updates: readonly RoomUpdate[]): Promise<Map<string, number>> {
  const rooms = [...new Set(updates.map(({ room }) => room))]
  const rows = await sql<{ id: string; seq: number }>(
    'select id, seq from rooms where id = any($1) order by id for no key update',
    [rooms],
  )
  if (rows.length < rooms.length) throw new StoreFault('no-room', 'there is no such room to append to')
  return new Map(rows.map(({ id, seq }) => [id, seq]))
}

/** The numbers of those that are there already. */
async function findDoubtful(
  sql: Sql,
  updates: readonly RoomUpdate[],
  doubts: WeakMap<RoomUpdate, Doubt>,
): Promise<Map<RoomUpdate, number>> {
  const byMark = new Map<string, RoomUpdate>()
  const after = new Map<string, number>()
  for (const update of updates) {
    const doubt = doubts.get(update)
    if (!doubt) continue
    byMark.set(doubt.mark, update)
    after.set(update.room, Math.min(doubt.after, after.get(update.room) ?? Infinity))
  }
  if (byMark.size === 0) return new Map()
  const rows = await sql<{ mark: string; seq: number }>(
    `select ops.mark, ops.seq from unnest($1::text[], $2::bigint[]) as doubtful (room, after)
      join ops on ops.room = doubtful.room and ops.seq > doubtful.after where ops.mark = any($3::uuid[])`,
    [[...after.keys()], [...after.values()], [...byMark.keys()]],
  )
  return new Map(rows.map(({ mark, seq }) => [byMark.get(mark)!, seq]))
}

/** What is known of the Yjs clients that the updates name. */
async function claimsOf(sql: Sql, updates: readonly RoomUpdate[]): Promise<Map<string, Claim>> {
  const named = new Map<string, [room: string, client: number]>()
  for (const { room, claims = [], clocks = [] } of updates) {
    for (const client of [...claims, ...clocks.map((step) => step.client)])
      named.set(keyOf(room, client), [room, client])
  }
  if (named.size === 0) return new Map()
  const rows = await sql<Claim>(
    `select room, client, guest, clock from unnest($1::text[], $2::bigint[]) as named (room, client)
      join claims using (room, client)`,
    columns([...named.values()], 2),
  )
  return new Map(rows.map((row) => [keyOf(row.room, row.client), row]))
}

/** Gives new clients to the guest and moves the clocks on, in `known` and `moved`; whoever was overtaken in one is told so. */
function follow(update: RoomUpdate, known: Map<string, Claim>, moved: Map<string, Claim>): void {
  const { room, guest, claims = [], clocks = [] } = update
  const put = (claim: Claim) => {
    const key = keyOf(room, claim.client)
    known.set(key, claim)
    moved.set(key, claim)
  }
  for (const client of claims) {
    const claim = known.get(keyOf(room, client))
    if (!claim) put({ room, client, guest, clock: null })
    else if (claim.guest !== guest) throw new StoreFault('behind', 'a Yjs client is another guest’s')
  }
  for (const { client, from, to } of clocks) {
    const claim = known.get(keyOf(room, client))
    const clock = claim?.clock ?? (claim && claims.includes(client) ? 0 : undefined)
    if (clock !== undefined && clock !== from)
      throw new StoreFault('behind', 'the log has more of a Yjs client, or less')
    if (claim) put({ ...claim, clock: to })
  }
}

/** The statement that adds entries; what was written while a database was away may be too much for one. */
const ADD = `insert into ops (room, seq, guest, bytes, crc, mark, received_at)
  select *, ${NOW} from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[], $5::bigint[], $6::uuid[])`

async function write(
  sql: Sql,
  entries: readonly EntryValues[],
  claims: readonly Claim[],
  heads: ReadonlyMap<string, number>,
): Promise<void> {
  const parts = inParts(entries)
  for (const part of parts.slice(0, -1)) await sql(ADD, columns(part, 6))
  await sql(
    `with entries as (${ADD}), clients as (
        insert into claims (room, client, guest, clock)
          select * from unnest($7::text[], $8::bigint[], $9::text[], $10::bigint[])
          on conflict (room, client) do update set clock = excluded.clock
      )
      update rooms set seq = head.seq from unnest($11::text[], $12::bigint[]) as head (id, seq)
        where rooms.id = head.id and rooms.seq < head.seq`,
    [
      ...columns(parts.at(-1)!, 6),
      ...columns(
        claims.map(({ room, client, guest, clock }) => [room, client, guest, clock]),
        4,
      ),
      [...heads.keys()],
      [...heads.values()],
    ],
  )
}
