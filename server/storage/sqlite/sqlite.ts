/**
 * The store of a single machine: SQLite in a worker thread (sqliteWorker.ts). Every call is a message there and back, answered
 * in order. When the thread dies, every call in flight and every later one rejects: the server reports itself not ready.
 */
import { Worker } from 'node:worker_threads'
import type { SqliteReply, SqliteRequest, SqliteThreadData } from './sqliteWorker.ts'
import type { LogBounds, Store } from '../store.ts'
import { StoreFault } from '../storeFault.ts'
import type { WalDamage } from './wal.ts'

const storeCalls = [
  'addRoom',
  'findRoom',
  'changeRoom',
  'removeRoom',
  'linePng',
  'putGuest',
  'removeGuest',
  'guests',
  'log',
  'append',
  'entries',
  'heads',
  'addSnapshot',
  'addVersion',
  'versions',
  'version',
  'thumbnail',
  'changeVersion',
  'removeVersion',
  'addFinished',
  'removeFinished',
  'finished',
  'putComment',
  'removeComment',
  'comments',
  'roomUses',
  'roomSizes',
  'use',
  'useRooms',
  'archiveRoom',
  'condemnRoom',
  'removeCondemned',
  'forgetGuest',
  'skipRevisions',
  'reserveRevisions',
  'reservedRevisions',
  'probe',
  'close',
] as const satisfies readonly (keyof Store)[]

/**
 * Opens `file`, made when it is not there. Its folder must be. When it cannot be opened, each call rejects until it can; `probe`
 * tells. `bounds`: see store.ts, `addSnapshot`. `onWalDamage` hears of wal.ts what was found before the file was opened.
 */
export function openSqlite(
  file: string,
  bounds: LogBounds,
  onWalDamage: (damage: WalDamage) => void = () => {},
): Store {
  const thread = new Worker(new URL('./sqliteWorker.mjs', import.meta.url), {
    workerData: { file, bounds } satisfies SqliteThreadData,
    // The parent's own loader flags must not run a second time there.
    execArgv: [],
  })
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let next = 0
  let ended: Error | undefined

  const end = (error: Error) => {
    ended ??= error
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  thread.on('message', (reply: SqliteReply) => {
    if ('walDamage' in reply) return onWalDamage(reply.walDamage)
    const call = waiting.get(reply.id)
    waiting.delete(reply.id)
    if ('fault' in reply) call?.reject(new StoreFault(reply.kind, reply.fault))
    else call?.resolve(reply.value)
  })
  thread.on('error', (error) => end(error instanceof Error ? error : new Error(String(error))))
  const exited = new Promise<void>((resolve) =>
    thread.once('exit', () => {
      end(new Error('the database is closed'))
      resolve()
    }),
  )

  function ask<Name extends SqliteRequest['call']>(
    call: Name,
    ...args: Parameters<Store[Name]>
  ): ReturnType<Store[Name]> {
    const answer = new Promise<unknown>((resolve, reject) => {
      if (ended) return reject(ended)
      const id = next++
      waiting.set(id, { resolve, reject })
      thread.postMessage({ id, call, args })
    })
    return answer as ReturnType<Store[Name]>
  }

  const calls = Object.fromEntries(
    storeCalls.map((name) => [
      name,
      (...args: never) => ask(name, ...(args as Parameters<Store[typeof name]>)),
    ]),
  ) as Store
  return {
    ...calls,
    async close() {
      if (!ended) await calls.close().catch(() => {})
      await exited
    },
  }
}
