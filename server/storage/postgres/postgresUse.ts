/** When rooms were last used, and what retention and operators do to them. */
import type { RoomSize, RoomUse, Snapshot, StoreUse } from '../store.ts'
import { NOW, type Pool, type Sql } from './pool.ts'
import { putSnapshot } from './postgresLog.ts'
import { deleteRoom } from './postgresRooms.ts'

type UseRow = Omit<RoomUse, 'archivedAt' | 'condemnedAt'> & {
  archivedAt: number | null
  condemnedAt: number | null
}

const SIZES = `select id as room,
  (select coalesce(sum(length(png)), 0) from line_art where room = rooms.id)
  + (select coalesce(sum(length(bytes)), 0) from ops where room = rooms.id)
  + (select coalesce(sum(length(bytes)), 0) from snapshots where room = rooms.id)
  + (select coalesce(sum(length(thumbnail)), 0) from versions where room = rooms.id)
  + (select coalesce(sum(length(picture) + length(flats)), 0) from finished where room = rooms.id) as bytes,
  (select count(*) from ops where room = rooms.id) as entries,
  (select count(*) from guests where room = rooms.id) as guests from rooms`

/** Each of the room's id and the guest's. */
const FORGET = [
  `delete from guests where room = $1 and id = $2`,
  `delete from comments where room = $1 and guest = $2 and not exists (
    select from comments as answers where answers.room = $1 and answers.thread = comments.id and answers.guest <> $2)`,
  `update comments set guest = '', text = '–' where room = $1 and guest = $2`,
  `update finished set guest = '' where room = $1 and guest = $2`,
  `update versions set guest = '' where room = $1 and guest = $2`,
]

export function useCalls({ sql, transaction }: Pool) {
  const changed = async (asked: Promise<object[]>) => (await asked).length > 0
  return {
    async roomUses(): Promise<RoomUse[]> {
      const rows = await sql<UseRow>(
        `select id, title, created as "createdAt", used_at as "usedAt", archived_at as "archivedAt",
          condemned_at as "condemnedAt" from rooms order by used_at desc, id`,
      )
      return rows.map(({ archivedAt, condemnedAt, ...use }) => ({
        ...use,
        ...(archivedAt !== null && { archivedAt }),
        ...(condemnedAt !== null && { condemnedAt }),
      }))
    },
    async roomSizes(): Promise<Map<string, RoomSize>> {
      const rows = await sql<{ room: string } & RoomSize>(SIZES)
      return new Map(
        rows.map(({ room, bytes, entries, guests }) => [room, { bytes: Number(bytes), entries, guests }]),
      )
    },
    async use(): Promise<StoreUse> {
      const [row] = await sql<StoreUse>(
        `select pg_database_size(current_database()) as bytes,
          count(*) filter (where archived_at is null and condemned_at is null) as kept,
          count(*) filter (where archived_at is not null and condemned_at is null) as archived,
          count(*) filter (where condemned_at is not null) as condemned from rooms`,
      )
      return row!
    },
    async useRooms(ids: readonly string[]): Promise<Map<string, 'archived' | 'condemned'>> {
      const rows = await sql<{ id: string; was: 'archived' | 'condemned' | null }>(
        `with before as (select id, case when condemned_at is not null then 'condemned'
            when archived_at is not null then 'archived' end as was
            from rooms where id = any($1) order by id for no key update)
          update rooms set used_at = ${NOW}, archived_at = null, condemned_at = null
            from before where rooms.id = before.id returning before.id, before.was`,
        [ids],
      )
      return new Map(rows.flatMap(({ id, was }) => (was ? [[id, was] as const] : [])))
    },
    archiveRoom: (id: string, snapshot: Snapshot, usedAt: number, at: number) =>
      transaction(async (sql: Sql) => {
        const { seq } = snapshot
        const rows = await sql(
          'update rooms set archived_at = $4 where id = $1 and used_at = $2 and seq = $3 returning id',
          [id, usedAt, seq, at],
        )
        if (rows.length === 0) return false
        await putSnapshot(sql, id, snapshot)
        await sql('delete from ops where room = $1', [id])
        await sql(`delete from versions where room = $1 and kind <> 'named'`, [id])
        await sql(
          `delete from snapshots where room = $1 and seq <> $2
            and seq not in (select seq from versions where room = $1)`,
          [id, seq],
        )
        return true
      }),
    condemnRoom: (id: string, usedAt: number, at: number) =>
      changed(
        sql('update rooms set condemned_at = $3 where id = $1 and used_at = $2 returning id', [
          id,
          usedAt,
          at,
        ]),
      ),
    removeCondemned: (id: string, condemnedAt: number) =>
      transaction(async (sql: Sql) => {
        const rows = await sql('select id from rooms where id = $1 and condemned_at = $2 for update', [
          id,
          condemnedAt,
        ])
        if (rows.length === 0) return false
        await deleteRoom(sql, id)
        return true
      }),
    forgetGuest: (room: string, guest: string) =>
      transaction(async (sql: Sql) => {
        await sql('update rooms set changes = changes + 1 where id = $1', [room])
        for (const statement of FORGET) await sql(statement, [room, guest])
      }),
    async skipRevisions(count: number) {
      await sql('update rooms set revision_reserved = revision_reserved + $1::bigint', [count])
    },
  }
}
