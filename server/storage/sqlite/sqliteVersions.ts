/** The versions of each room: snapshots that are kept, with a name and a small picture. */
import { atomically, type SqliteDatabase } from './sqliteSchema.ts'
import type { Snapshot, VersionRecord } from '../store.ts'

export function versionCalls(
  database: SqliteDatabase,
  log: {
    putSnapshot(room: string, snapshot: Snapshot): void
    pruneSnapshots(room: string): void
    snapshot(room: string, seq: number): Snapshot | undefined
  },
) {
  const sql = {
    add: database.prepare(
      'insert into versions (room, id, kind, name, guest, seq, made_at, strokes, thumbnail) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    all: database.prepare(
      `select id, kind, name, guest, seq, made_at as at, strokes from versions where room = ?
        order by seq desc, made_at desc`,
    ),
    seq: database.prepare('select seq from versions where room = ? and id = ?'),
    thumbnail: database.prepare('select thumbnail from versions where room = ? and id = ?'),
    change: database.prepare('update versions set kind = ?, name = ? where room = ? and id = ?'),
    remove: database.prepare('delete from versions where room = ? and id = ?'),
  }
  function insertVersion(room: string, version: VersionRecord, snapshot: Snapshot, thumbnail: Uint8Array) {
    const { id, kind, name, guest, seq, at, strokes } = version
    log.putSnapshot(room, snapshot)
    sql.add.run(room, id, kind, name, guest, seq, at, strokes, thumbnail)
  }

  return {
    addVersion: (...version: Parameters<typeof insertVersion>) =>
      atomically(database, () => insertVersion(...version)),
    /** Within a transaction of the caller's. */
    insertVersion,
    versions: (room: string) => sql.all.all(room) as VersionRecord[],
    version(room: string, id: string): Snapshot | undefined {
      const row = sql.seq.get(room, id) as { seq: number } | undefined
      return row && log.snapshot(room, row.seq)
    },
    thumbnail(room: string, id: string) {
      const row = sql.thumbnail.get(room, id) as { thumbnail: ArrayBuffer } | undefined
      return row && new Uint8Array(row.thumbnail)
    },
    changeVersion(room: string, id: string, { kind, name }: Pick<VersionRecord, 'kind' | 'name'>) {
      sql.change.run(kind, name, room, id)
    },
    removeVersion(room: string, id: string) {
      atomically(database, () => {
        sql.remove.run(room, id)
        log.pruneSnapshots(room)
      })
    },
  }
}
