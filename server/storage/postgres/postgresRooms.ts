/** Rooms, who may enter them, who has been in them, and their line art. */
import { crc32 } from 'node:zlib'
import { roles, type Role } from '../../../shared/protocol.ts'
import type { GuestRecord, RoomChange, RoomRecord } from '../store.ts'
import { StoreFault } from '../storeFault.ts'
import { NOW, type Pool, type Sql } from './pool.ts'

type RoomRow = Pick<RoomRecord, 'id' | 'title' | 'width' | 'height' | 'locked'> &
  Record<`${Role}_hash`, Buffer> &
  Record<`${Role}_generation`, number>

/** What a room has beside its own row. */
const parts = ['line_art', 'ops', 'claims', 'guests', 'snapshots', 'versions', 'finished', 'comments']

const ofEachRole = <T>(value: (role: Role) => T) =>
  Object.fromEntries(roles.map((role) => [role, value(role)])) as Record<Role, T>

/** Within a transaction of the caller's; `seq`: of the last entry that it brings. */
export async function insertRoom(
  sql: Sql,
  room: RoomRecord,
  linePng: Uint8Array,
  seq: number,
): Promise<void> {
  const { id, title, width, height, locked, keyHashes, generations } = room
  const hashes = roles.map((role) => keyHashes[role])
  const numbers = roles.map((role) => generations[role])
  await sql(
    `insert into rooms (id, created, title, width, height, locked, ${roles.map((role) => `${role}_hash`).join(', ')},
      ${roles.map((role) => `${role}_generation`).join(', ')}, seq)
      values ($1, ${NOW}, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [id, title, width, height, locked, ...hashes, ...numbers, seq],
  )
  await sql('insert into line_art (room, png, crc) values ($1, $2, $3)', [id, linePng, crc32(linePng)])
}

/** Within a transaction of the caller's. */
export async function insertGuest(
  sql: Sql,
  room: string,
  guest: Omit<GuestRecord, 'removed'>,
): Promise<void> {
  const { id, name, color, role } = guest
  await sql(
    `with room as (update rooms set changes = changes + 1 where id = $1 returning id)
      insert into guests (room, id, name, color, role) select room.id, $2, $3, $4, $5 from room
      on conflict (room, id) do update set name = excluded.name, color = excluded.color, role = excluded.role`,
    [room, id, name, color, role],
  )
}

/** Within a transaction of the caller's, which holds the room's row. */
export async function deleteRoom(sql: Sql, id: string): Promise<void> {
  for (const part of parts) await sql(`delete from ${part} where room = $1`, [id])
  await sql('delete from rooms where id = $1', [id])
}

export function roomCalls({ sql, transaction }: Pool) {
  return {
    async findRoom(id: string): Promise<RoomRecord | undefined> {
      const [row] = await sql<RoomRow>(
        `select id, title, width, height, locked, host_hash, edit_hash, view_hash, host_generation, edit_generation,
          view_generation from rooms where id = $1`,
        [id],
      )
      return (
        row && {
          id,
          title: row.title,
          width: row.width,
          height: row.height,
          locked: row.locked,
          keyHashes: ofEachRole((role) => new Uint8Array(row[`${role}_hash`])),
          generations: ofEachRole((role) => row[`${role}_generation`]),
        }
      )
    },
    async changeRoom(id: string, { title, locked, keyHashes, generations }: RoomChange) {
      const rows = await sql(
        `update rooms set title = coalesce($2, title), locked = coalesce($3, locked),
          host_hash = coalesce($4, host_hash), edit_hash = coalesce($5, edit_hash), view_hash = coalesce($6, view_hash),
          host_generation = coalesce($7, host_generation), edit_generation = coalesce($8, edit_generation),
          view_generation = coalesce($9, view_generation), changes = changes + 1 where id = $1 returning id`,
        [
          id,
          title,
          locked,
          ...['host', 'edit', 'view'].map((role) => keyHashes?.[role as Role]),
          ...['host', 'edit', 'view'].map((role) => generations?.[role as Role]),
        ],
      )
      if (rows.length === 0) throw new StoreFault('no-room', 'there is no such room to change')
    },
    removeRoom: (id: string) =>
      transaction(async (sql) => {
        // Whoever adds to the room holds its row: nothing of it comes after this.
        await sql('select id from rooms where id = $1 for update', [id])
        await deleteRoom(sql, id)
      }),
    async linePng(id: string) {
      const [row] = await sql<{ png: Buffer; crc: number }>('select png, crc from line_art where room = $1', [
        id,
      ])
      if (!row) return undefined
      if (crc32(row.png) !== row.crc) throw new StoreFault('damaged', 'the line art of a room is damaged')
      return new Uint8Array(row.png)
    },
    putGuest: (room: string, guest: Omit<GuestRecord, 'removed'>) => insertGuest(sql, room, guest),
    async removeGuest(room: string, guest: string) {
      await sql(
        `with room as (update rooms set changes = changes + 1 where id = $1
            and exists (select from guests where room = $1 and id = $2) returning id)
          update guests set removed = true from room where guests.room = room.id and guests.id = $2`,
        [room, guest],
      )
    },
    guests: (room: string) =>
      sql<GuestRecord>('select id, name, color, role, removed from guests where room = $1 order by id', [
        room,
      ]),
    async reserveRevisions(id: string, count: number) {
      const [row] = await sql<{ first: number }>(
        `update rooms set revision_reserved = revision_reserved + $2::bigint where id = $1
          returning revision_reserved - $2::bigint + 1 as first`,
        [id, count],
      )
      if (!row) throw new StoreFault('no-room', 'there is no such room to reserve revisions for')
      return row.first
    },
    async reservedRevisions(id: string) {
      const [row] = await sql<{ reserved: number }>(
        'select revision_reserved as reserved from rooms where id = $1',
        [id],
      )
      return row?.reserved ?? 0
    },
  }
}
