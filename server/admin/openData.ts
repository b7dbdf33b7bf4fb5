/**
 * The rooms that an admin command works on: those of NURIE_DATABASE_URL, also while servers run, or those of a data folder. A folder that a
 * server has open is only read; what would change it asks to stop that server first.
 */
import { existsSync } from 'node:fs'
import type { Config } from '../config.ts'
import { openLog } from '../log.ts'
import { databaseOf, openDataFolder, sentenceFor } from '../storage/dataFolder.ts'
import { openDatabaseServer } from '../storage/postgres/databaseServer.ts'
import type { ClusterStore } from '../storage/postgres/postgres.ts'
import { openShared } from '../storage/sqlite/sharedSqlite.ts'
import { openSqlite } from '../storage/sqlite/sqlite.ts'
import type { Store } from '../storage/store.ts'

/** Nothing here shortens a log: it may be as long as it is. */
export const BOUNDS = { entries: Infinity, bytes: Infinity }

export type AdminData = { store: Store; cluster?: ClusterStore }

/** Rejects with an Error for people. */
export async function openData(config: Config, how: 'read' | 'write'): Promise<AdminData> {
  if (config.cluster) {
    const cluster = await openDatabaseServer(config.cluster, BOUNDS, openLog('silent'))
    return { store: cluster, cluster }
  }
  const { data } = config
  const file = databaseOf(data)
  if (!existsSync(file)) throw new Error(`there is no database in ${data}: name its folder with --data.`)
  if (how === 'write') return { store: await openDataFolder(data, (file) => openSqlite(file, BOUNDS)) }
  try {
    return { store: openShared(file, BOUNDS) }
  } catch (error) {
    throw new Error(sentenceFor(data, error), { cause: error })
  }
}
