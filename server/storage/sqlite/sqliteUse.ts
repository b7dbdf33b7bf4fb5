/** When rooms were last used, and what retention and operators do to them. */
import { atomically, type SqliteDatabase } from './sqliteSchema.ts'
import type { RoomSize, RoomUse, Snapshot, StoreUse } from '../store.ts'

type UseRow = {
  id: string
  title: string
  createdAt: number
  usedAt: number
  archivedAt: number | null
  condemnedAt: number | null
}

const BYTES = `select room, sum(bytes) as bytes from (
  select room, length(png) as bytes from line_art
  union all select room, length(bytes) from ops
  union all select room, length(bytes) from snapshots
  union all select room, length(thumbnail) from versions
  union all select room, length(picture) + length(flats) from finished) group by room`

export function useCalls(
  database: SqliteDatabase,
  parts: {
    /** Both within a transaction of this file's. */
    putSnapshot(room: string, snapshot: Snapshot): void
    deleteRoom(id: string): void
  },
) {
  const sql = {
    uses: database.prepare(
      `select id, title, created as createdAt, used_at as usedAt, archived_at as archivedAt, condemned_at as condemnedAt
        from rooms order by used_at desc, id`,
    ),
    bytes: database.prepare(BYTES),
    entries: database.prepare('select room, count(*) as entries from ops group by room'),
    guests: database.prepare('select room, count(*) as guests from guests group by room'),
    pages: database.prepare(
      'select page_count * page_size as bytes from pragma_page_count(), pragma_page_size()',
    ),
    counts: database.prepare(
      `select total(archived_at is null and condemned_at is null) as kept,
        total(archived_at is not null and condemned_at is null) as archived,
        total(condemned_at is not null) as condemned from rooms`,
    ),
    was: database.prepare(
      'select archived_at as archived, condemned_at as condemned from rooms where id = ?',
    ),
    used: database.prepare(
      'update rooms set used_at = ?, archived_at = null, condemned_at = null where id = ?',
    ),
    archive: database.prepare(
      `update rooms set archived_at = :at where id = :id and used_at = :usedAt and :seq = max(
        coalesce((select max(seq) from ops where room = :id), 0),
        coalesce((select max(seq) from snapshots where room = :id), 0))`,
    ),
    leave: [
      'delete from ops where room = :id',
      `delete from versions where room = :id and kind <> 'named'`,
      `delete from snapshots where room = :id and seq <> :seq and seq not in (select seq from versions where room = :id)`,
    ].map((statement) => database.prepare(statement)),
    condemn: database.prepare('update rooms set condemned_at = ? where id = ? and used_at = ?'),
    condemned: database.prepare('select id from rooms where id = ? and condemned_at = ?'),
    forget: [
      'delete from guests where room = :room and id = :guest',
      `delete from comments where room = :room and guest = :guest and not exists (
        select 1 from comments as answers where answers.room = :room and answers.thread = comments.id and answers.guest <> :guest)`,
      `update comments set guest = '', text = '–' where room = :room and guest = :guest`,
      `update finished set guest = '' where room = :room and guest = :guest`,
      `update versions set guest = '' where room = :room and guest = :guest`,
    ].map((statement) => database.prepare(statement)),
    skip: database.prepare('update rooms set revision_reserved = revision_reserved + ?'),
  }

  return {
    roomUses: (): RoomUse[] =>
      (sql.uses.all() as UseRow[]).map(({ archivedAt, condemnedAt, ...use }) => ({
        ...use,
        ...(archivedAt !== null && { archivedAt }),
        ...(condemnedAt !== null && { condemnedAt }),
      })),
    roomSizes(): Map<string, RoomSize> {
      const sizes = new Map<string, RoomSize>()
      for (const { room, bytes } of sql.bytes.all() as { room: string; bytes: number }[])
        sizes.set(room, { bytes, entries: 0, guests: 0 })
      for (const rows of [sql.entries.all(), sql.guests.all()])
        for (const { room, ...count } of rows as ({ room: string } & Partial<RoomSize>)[])
          Object.assign(sizes.get(room) ?? {}, count)
      return sizes
    },
    use(): StoreUse {
      const { bytes } = sql.pages.get() as { bytes: number }
      const { kept, archived, condemned } = sql.counts.get() as Omit<StoreUse, 'bytes'>
      return { bytes, kept, archived, condemned }
    },
    useRooms(ids: readonly string[]): Map<string, 'archived' | 'condemned'> {
      const were = new Map<string, 'archived' | 'condemned'>()
      atomically(database, () => {
        const now = Date.now()
        for (const id of ids) {
          const was = sql.was.get(id) as { archived: number | null; condemned: number | null } | undefined
          if (was?.condemned) were.set(id, 'condemned')
          else if (was?.archived) were.set(id, 'archived')
          sql.used.run(now, id)
        }
      })
      return were
    },
    archiveRoom: (id: string, snapshot: Snapshot, usedAt: number, at: number) =>
      atomically(database, () => {
        const { seq } = snapshot
        if (sql.archive.run({ id, usedAt, at, seq }).changes === 0) return false
        parts.putSnapshot(id, snapshot)
        for (const statement of sql.leave) statement.run({ id, seq })
        return true
      }),
    condemnRoom: (id: string, usedAt: number, at: number) => sql.condemn.run(at, id, usedAt).changes > 0,
    removeCondemned: (id: string, condemnedAt: number) =>
      atomically(database, () => {
        if (!sql.condemned.get(id, condemnedAt)) return false
        parts.deleteRoom(id)
        return true
      }),
    forgetGuest(room: string, guest: string) {
      atomically(database, () => {
        for (const statement of sql.forget) statement.run({ room, guest })
      })
    },
    skipRevisions(count: number) {
      sql.skip.run(count)
    },
  }
}
