/**
 * A data folder's store for one who only reads, beside a server that may have it open. The calls that write are there, but two who write
 * would number the log apart: they are not called.
 */
import { openForReading } from '../doctor/examine.ts'
import type { LogBounds } from '../store.ts'
import type { Store } from '../store.ts'
import { openCalls } from './sqliteCalls.ts'

/** Throws a StoreFault when it is not a database of today's: opening it would bring it up to date. */
export function openShared(file: string, bounds: LogBounds): Store {
  openForReading(file).close()
  const calls = openCalls(file, bounds)
  const later = Object.entries(calls).map(([name, call]) => [
    name,
    // eslint-disable-next-line @typescript-eslint/require-await -- what a call throws is to reject
    async (...args: unknown[]) => (call as (...args: unknown[]) => unknown)(...args),
  ])
  return Object.fromEntries(later) as Store
}
