/**
 * A store's calls on a SQLite file, done at once. The server has them in a thread of their own (sqliteWorker.ts); tests that are
 * not about the disk call them on a database in memory. This file and those beside it are the only ones that know libsql.
 */
import { commentCalls } from './sqliteComments.ts'
import { finishedCalls } from './sqliteFinished.ts'
import { logCalls, type LogBounds } from './sqliteLog.ts'
import { roomCalls } from './sqliteRooms.ts'
import { openDatabase } from './sqliteSchema.ts'
import { versionCalls } from './sqliteVersions.ts'
import type { Store } from './store.ts'

/** The store's calls as they are here: the same, but at once. */
export type SqliteCalls = {
  [Name in keyof Store]: (...args: Parameters<Store[Name]>) => Awaited<ReturnType<Store[Name]>>
}

export type { LogBounds }

export function openCalls(file: string, bounds: LogBounds): SqliteCalls {
  const database = openDatabase(file)
  const probe = database.prepare('insert or replace into probe (id, at) values (1, ?)')
  const rooms = roomCalls(database)
  const { forgetLog, snapshot, putSnapshot, pruneSnapshots, ...log } = logCalls(database, bounds)
  return {
    ...rooms,
    removeRoom(id) {
      rooms.removeRoom(id)
      forgetLog(id)
    },
    ...log,
    ...finishedCalls(database),
    ...commentCalls(database),
    ...versionCalls(database, { putSnapshot, pruneSnapshots, snapshot }),
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
