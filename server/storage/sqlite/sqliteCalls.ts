/**
 * A store's calls on a SQLite file, done at once. The server has them in a thread of their own (sqliteWorker.ts); tests that are
 * not about the disk call them on a database in memory. This file and those beside it are the only ones that know libsql.
 */
import { commentCalls } from './sqliteComments.ts'
import { finishedCalls } from './sqliteFinished.ts'
import { logCalls } from './sqliteLog.ts'
import { roomCalls } from './sqliteRooms.ts'
import { atomically, openDatabase } from './sqliteSchema.ts'
import { useCalls } from './sqliteUse.ts'
import { versionCalls } from './sqliteVersions.ts'
import type { LogBounds, RoomContents, RoomRecord, Store } from '../store.ts'

/** The store's calls as they are here: the same, but at once. */
export type SqliteCalls = {
  [Name in keyof Store]: (...args: Parameters<Store[Name]>) => Awaited<ReturnType<Store[Name]>>
}

export function openCalls(file: string, bounds: LogBounds): SqliteCalls {
  const database = openDatabase(file)
  const probe = database.prepare('insert or replace into probe (id, at) values (1, ?)')
  const { insertRoom, deleteRoom, ...rooms } = roomCalls(database)
  const { forgetLog, snapshot, putSnapshot, pruneSnapshots, insertLog, ...log } = logCalls(database, bounds)
  const { insertVersion, ...versions } = versionCalls(database, { putSnapshot, pruneSnapshots, snapshot })
  const finished = finishedCalls(database)
  const comments = commentCalls(database)
  return {
    ...rooms,
    addRoom(room: RoomRecord, linePng: Uint8Array, contents?: RoomContents) {
      atomically(database, () => {
        insertRoom(room, linePng)
        if (!contents) return
        insertLog(room.id, contents)
        putSnapshot(room.id, contents.snapshot)
        for (const guest of contents.guests) rooms.putGuest(room.id, guest)
        for (const { version, snapshot, thumbnail } of contents.versions)
          insertVersion(room.id, version, snapshot, thumbnail)
        for (const region of contents.finished) finished.addFinished(room.id, region)
        for (const comment of contents.comments) comments.putComment(room.id, comment)
      })
    },
    removeRoom(id) {
      rooms.removeRoom(id)
      forgetLog(id)
    },
    ...log,
    ...finished,
    ...comments,
    ...versions,
    ...useCalls(database, {
      putSnapshot,
      deleteRoom(id) {
        deleteRoom(id)
        forgetLog(id)
      },
    }),
    probe() {
      probe.run(Date.now())
    },
    close() {
      // What is in the WAL is safe there; the next start is quicker without. The disk may not take it.
      try {
        database.pragma('wal_checkpoint(truncate)')
      } catch {
        // It stays there.
      }
      database.close()
    },
  }
}
