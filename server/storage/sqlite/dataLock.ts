/**
 * One process a data folder: two servers, or a server and a repair, would number the same log apart. The lock is one of SQLite's
 * on a file of its own, so that the system lets go of it however its process ends.
 */
import Database from 'libsql'
import { StoreFault } from '../storeFault.ts'

/** How long a process that is ending may still hold it. */
const WAIT_MS = 3_000

export type DataLock = { release(): void }

/** For the database at `file`. Throws a StoreFault `locked` when another process has it. */
export function lockData(file: string, waitMs = WAIT_MS): DataLock {
  const lock = new Database(`${file}.lock`)
  lock.pragma(`busy_timeout = ${waitMs}`)
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
    throw new StoreFault('locked', 'another Nurie has this data folder open: stop it first')
  }
  return {
    release() {
      // `close` alone lets go only when the garbage is collected.
      lock.exec('rollback')
      lock.close()
    },
  }
}
