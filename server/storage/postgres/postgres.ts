/**
 * The store of several servers: PostgreSQL, which they all write to at once. Every call is one statement or one transaction on a
 * connection of the pool; times are the database's own, so that no server's clock matters. After the database was away the next
 * call finds it again.
 */
import type { LogBounds, RoomContents, RoomRecord, Store } from '../store.ts'
import { migrate } from './migrate.ts'
import { NOW, openPool, type Pool } from './pool.ts'
import { openAppend } from './postgresAppend.ts'
import { clusterCalls, type ClusterCalls } from './postgresCluster.ts'
import { commentCalls, insertComment } from './postgresComments.ts'
import { finishedCalls, insertFinished } from './postgresFinished.ts'
import { headsCall, insertLog, logCalls, putSnapshot } from './postgresLog.ts'
import { insertGuest, insertRoom, roomCalls } from './postgresRooms.ts'
import { useCalls } from './postgresUse.ts'
import { insertVersion, versionCalls } from './postgresVersions.ts'

const CONNECTIONS = 8
/** For what everybody waits for, so that many rooms which are loaded at once do not hold it up. */
const URGENT_CONNECTIONS = 2

export type ClusterStore = Store & ClusterCalls

/** Resolves when the tables are up to date; rejects as migrate.ts does. `bounds`: see store.ts, `addSnapshot`. */
export async function openPostgres(url: string, bounds: LogBounds): Promise<ClusterStore> {
  await migrate(url)
  const pool = openPool(url, CONNECTIONS)
  const urgent = openPool(url, URGENT_CONNECTIONS)
  return {
    ...roomCalls(pool),
    ...logCalls(pool, bounds),
    ...versionCalls(pool),
    ...finishedCalls(pool),
    ...commentCalls(pool),
    ...useCalls(pool),
    ...clusterCalls(pool, url),
    append: openAppend(urgent),
    heads: headsCall(urgent),
    addRoom: (room, linePng, contents) => addRoom(pool, room, linePng, contents),
    async probe() {
      await urgent.sql(
        `insert into probe (id, at) values (1, ${NOW}) on conflict (id) do update set at = excluded.at`,
      )
    },
    close: async () => void (await Promise.all([pool.end(), urgent.end()])),
  }
}

const addRoom = ({ transaction }: Pool, room: RoomRecord, linePng: Uint8Array, contents?: RoomContents) =>
  transaction(async (sql) => {
    const { id } = room
    await insertRoom(sql, room, linePng, Math.max(contents?.entries.length ?? 0, contents?.snapshot.seq ?? 0))
    if (!contents) return
    await insertLog(sql, id, contents)
    await putSnapshot(sql, id, contents.snapshot)
    for (const guest of contents.guests) await insertGuest(sql, id, guest)
    for (const { version, snapshot, thumbnail } of contents.versions)
      await insertVersion(sql, id, version, snapshot, thumbnail)
    for (const region of contents.finished) await insertFinished(sql, id, region)
    for (const comment of contents.comments) await insertComment(sql, id, comment)
  })
