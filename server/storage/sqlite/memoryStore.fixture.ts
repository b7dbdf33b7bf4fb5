/** A store that forgets with the process and answers within the tick: for tests that are not about the disk. */
import { openCalls } from './sqliteCalls.ts'
import type { Store } from '../store.ts'

export function memoryStore(): Store {
  const calls = openCalls(':memory:', { entries: 1_000, bytes: 1_000_000 })
  const asynchronous = Object.entries(calls).map(([name, call]) => [
    name,
    // eslint-disable-next-line @typescript-eslint/require-await -- what a call throws is to reject
    async (...args: unknown[]) => (call as (...args: unknown[]) => unknown)(...args),
  ])
  return Object.fromEntries(asynchronous) as Store
}
