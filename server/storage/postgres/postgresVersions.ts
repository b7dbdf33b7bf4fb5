/** The versions of each room: snapshots that are kept, with a name and a small picture. */
import type { Snapshot, VersionRecord } from '../store.ts'
import type { Pool, Sql } from './pool.ts'
import { bytesOf, pruneSnapshots, putSnapshot } from './postgresLog.ts'

/** Within a transaction of the caller's. */
export async function insertVersion(
  sql: Sql,
  room: string,
  version: VersionRecord,
  snapshot: Snapshot,
  thumbnail: Uint8Array,
): Promise<void> {
  const { id, kind, name, guest, seq, at, strokes } = version
  await putSnapshot(sql, room, snapshot)
  await sql(
    `insert into versions (room, id, kind, name, guest, seq, made_at, strokes, thumbnail)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [room, id, kind, name, guest, seq, at, strokes, thumbnail],
  )
}

export function versionCalls({ sql, transaction }: Pool) {
  return {
    addVersion: (room: string, version: VersionRecord, snapshot: Snapshot, thumbnail: Uint8Array) =>
      transaction((within) => insertVersion(within, room, version, snapshot, thumbnail)),
    versions: (room: string) =>
      sql<VersionRecord>(
        `select id, kind, name, guest, seq, made_at as at, strokes from versions where room = $1
          order by seq desc, made_at desc`,
        [room],
      ),
    async version(room: string, id: string): Promise<Snapshot | undefined> {
      const [row] = await sql<{ seq: number; bytes: Buffer; crc: number }>(
        `select seq, bytes, crc from versions join snapshots using (room, seq)
          where versions.room = $1 and versions.id = $2`,
        [room, id],
      )
      const bytes = row && bytesOf(room, row)
      return row && bytes && { seq: row.seq, bytes }
    },
    async thumbnail(room: string, id: string) {
      const [row] = await sql<{ thumbnail: Buffer }>(
        'select thumbnail from versions where room = $1 and id = $2',
        [room, id],
      )
      return row && new Uint8Array(row.thumbnail)
    },
    async changeVersion(room: string, id: string, { kind, name }: Pick<VersionRecord, 'kind' | 'name'>) {
      await sql('update versions set kind = $3, name = $4 where room = $1 and id = $2', [
        room,
        id,
        kind,
        name,
      ])
    },
    removeVersion: (room: string, id: string) =>
      transaction(async (within) => {
        await within('delete from versions where room = $1 and id = $2', [room, id])
        await pruneSnapshots(within, room)
      }),
  }
}
