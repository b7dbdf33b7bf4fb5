/**
 * Why a call of a store failed, for who must tell people or decide whether to try again:
 * `full` the disk has no room; `disk` it cannot be written or read for now, or the database cannot be reached; `damaged` what is there is not what was written;
 * `no-room` nothing to append to; `behind` another server was first, and the room is to be read anew; `locked` another process has the
 * data folder; `other` a fault of ours.
 */
import { Refusal } from '../../shared/refusal.ts'

export const faultKinds = ['full', 'disk', 'damaged', 'no-room', 'behind', 'locked', 'other'] as const
export type FaultKind = (typeof faultKinds)[number]

export class StoreFault extends Error {
  readonly kind: FaultKind
  constructor(kind: FaultKind, message: string) {
    super(message)
    this.kind = kind
  }
}

/** What people are told of a disk that does not take something: a refusal, or the error itself when it is another one. */
export function diskRefusalOf(error: unknown): unknown {
  const kind = faultKindOf(error)
  if (kind === 'full') return new Refusal('disk-full')
  return kind === 'disk' ? new Refusal('not-saved') : error
}

/**
 * PostgreSQL's codes (https://www.postgresql.org/docs/current/errcodes-appendix.html): connections, passwords, databases and rights
 * that are not there for now, resources, read-only, locks, time, deadlocks, shutdown, its disk.
 */
const POSTGRES_DISK = /^(08|28|53|57|58|40|3D000|25006|25P03|42501|55P03)/
const POSTGRES_DAMAGED = /^XX00[12]$/

/** By the codes of SQLite, of PostgreSQL and of the system. */
export function faultKindOf(error: unknown): FaultKind {
  if (error instanceof StoreFault) return error.kind
  if (!(error instanceof Error)) return 'other'
  const { code = '' } = error as NodeJS.ErrnoException
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)/.test(code)) return 'full'
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'damaged'
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|PERM|BUSY|PROTOCOL)/.test(code)) return 'disk'
  if (code === '53100') return 'full'
  if (POSTGRES_DAMAGED.test(code)) return 'damaged'
  if (code.length === 5 && POSTGRES_DISK.test(code)) return 'disk'
  if (/^E(CONN(REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH)$/.test(code)) {
    return 'disk'
  }
  // libsql has no code when it cannot open a file.
  if (
    /^E(IO|ROFS|ACCES|PERM|FBIG|NOENT|NOTDIR)$/.test(code) ||
    error.message.startsWith('ConnectionFailed')
  ) {
    return 'disk'
  }
  return 'other'
}

/** Undefined where a page of the database is damaged. */
export function unlessDamaged<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (faultKindOf(error) === 'damaged') return undefined
    throw error
  }
}
