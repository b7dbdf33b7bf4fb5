/** Rooms, who may enter them, who has been in them, and their line art. */
import { crc32 } from 'node:zlib'
import { roles, type Role } from '../../../shared/protocol.ts'
import { atomically, type SqliteDatabase } from './sqliteSchema.ts'
import type { GuestRecord, RoomChange, RoomRecord } from '../store.ts'
import { StoreFault } from '../storeFault.ts'

type RoomRow = { id: string; title: string; width: number; height: number; locked: number } & Record<
  `${Role}_hash`,
  ArrayBuffer
> &
  Record<`${Role}_generation`, number>
type GuestRow = Omit<GuestRecord, 'removed'> & { removed: number }

const ofEachRole = <T>(value: (role: Role) => T) =>
  Object.fromEntries(roles.map((role) => [role, value(role)])) as Record<Role, T>

export function roomCalls(database: SqliteDatabase) {
  const sql = {
    add: database.prepare(
      `insert into rooms (id, created, title, width, height, locked, host_hash, edit_hash, view_hash,
        host_generation, edit_generation, view_generation, used_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    addLineArt: database.prepare('insert into line_art (room, png, crc) values (?, ?, ?)'),
    find: database.prepare('select * from rooms where id = ?'),
    change: database.prepare(
      `update rooms set title = ?, locked = ?, host_hash = ?, edit_hash = ?, view_hash = ?,
        host_generation = ?, edit_generation = ?, view_generation = ?, changes = changes + 1 where id = ?`,
    ),
    lineArt: database.prepare('select png, crc from line_art where room = ?'),
    removals: [
      'delete from rooms where id = ?',
      ...[
        'line_art',
        'ops',
        'claims',
        'guests',
        'snapshots',
        'versions',
        'damaged',
        'finished',
        'comments',
      ].map((table) => `delete from ${table} where room = ?`),
    ].map((statement) => database.prepare(statement)),
    putGuest: database.prepare(
      `insert into guests (room, id, name, color, role) values (?, ?, ?, ?, ?)
        on conflict do update set name = excluded.name, color = excluded.color, role = excluded.role`,
    ),
    removeGuest: database.prepare('update guests set removed = 1 where room = ? and id = ?'),
    guests: database.prepare('select id, name, color, role, removed from guests where room = ?'),
    reserved: database.prepare('select revision_reserved as reserved from rooms where id = ?'),
    reserve: database.prepare('update rooms set revision_reserved = ? where id = ?'),
  }

  function findRoom(id: string): RoomRecord | undefined {
    const row = sql.find.get(id) as RoomRow | undefined
    return (
      row && {
        id,
        title: row.title,
        width: row.width,
        height: row.height,
        locked: row.locked === 1,
        keyHashes: ofEachRole((role) => new Uint8Array(row[`${role}_hash`])),
        generations: ofEachRole((role) => row[`${role}_generation`]),
      }
    )
  }

  const deleteRoom = (id: string) => sql.removals.forEach((removal) => removal.run(id))

  return {
    /** Within a transaction of the caller's. */
    insertRoom(room: RoomRecord, linePng: Uint8Array) {
      const { id, title, width, height, locked, keyHashes, generations } = room
      const hashes = roles.map((role) => keyHashes[role])
      const numbers = roles.map((role) => generations[role])
      const now = Date.now()
      sql.add.run(id, now, title, width, height, Number(locked), ...hashes, ...numbers, now)
      sql.addLineArt.run(id, linePng, crc32(linePng))
    },
    findRoom,
    changeRoom(id: string, change: RoomChange) {
      atomically(database, () => {
        const before = findRoom(id)
        if (!before) throw new StoreFault('no-room', 'there is no such room to change')
        const { title, locked } = { ...before, ...change }
        const keyHashes = { ...before.keyHashes, ...change.keyHashes }
        const generations = { ...before.generations, ...change.generations }
        const hashes = roles.map((role) => keyHashes[role])
        const numbers = roles.map((role) => generations[role])
        sql.change.run(title, Number(locked), ...hashes, ...numbers, id)
      })
    },
    removeRoom(id: string) {
      atomically(database, () => deleteRoom(id))
    },
    /** Within a transaction of the caller's. */
    deleteRoom,
    linePng(id: string) {
      const row = sql.lineArt.get(id) as { png: ArrayBuffer; crc: number | null } | undefined
      const png = row && new Uint8Array(row.png)
      // Older files have no checksum of it.
      if (png && row.crc !== null && crc32(png) !== row.crc) {
        throw new StoreFault('damaged', 'the line art of a room is damaged')
      }
      return png
    },
    putGuest(room: string, { id, name, color, role }: Omit<GuestRecord, 'removed'>) {
      sql.putGuest.run(room, id, name, color, role)
    },
    removeGuest(room: string, guest: string) {
      sql.removeGuest.run(room, guest)
    },
    guests(room: string): GuestRecord[] {
      return (sql.guests.all(room) as GuestRow[]).map((row) => ({ ...row, removed: row.removed === 1 }))
    },
    reserveRevisions(id: string, count: number) {
      return atomically(database, () => {
        const row = sql.reserved.get(id) as { reserved: number } | undefined
        if (!row) throw new StoreFault('no-room', 'there is no such room to reserve revisions for')
        sql.reserve.run(row.reserved + count, id)
        return row.reserved + 1
      })
    },
    reservedRevisions(id: string) {
      return (sql.reserved.get(id) as { reserved: number } | undefined)?.reserved ?? 0
    },
  }
}
