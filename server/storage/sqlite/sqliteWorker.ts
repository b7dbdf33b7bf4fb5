/**
 * The thread of the SQLite database (sqlite.ts): one call after the other, each answered once, where a slow disk stops nobody.
 * A file that cannot be opened fails each call until it can. After a fault of the disk the file is opened anew before the next
 * call; while that does not work the connection there was goes on, which can still read.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { lockData } from './dataLock.ts'
import { openCalls, type SqliteCalls } from './sqliteCalls.ts'
import type { LogBounds } from '../store.ts'
import { faultKindOf, type FaultKind } from '../storeFault.ts'
import { mendWal, type WalDamage } from './wal.ts'

export type SqliteRequest = {
  [Name in keyof SqliteCalls]: { id: number; call: Name; args: Parameters<SqliteCalls[Name]> }
}[keyof SqliteCalls]
export type SqliteReply =
  { id: number; value: unknown } | { id: number; kind: FaultKind; fault: string } | { walDamage: WalDamage }
export type SqliteThreadData = { file: string; bounds: LogBounds }

const port = parentPort
if (!port) throw new Error('this file runs as a worker thread')
const { file, bounds } = workerData as SqliteThreadData
let lock: { release(): void } | undefined
let calls: SqliteCalls | undefined
let isSuspect = false

function opened(): SqliteCalls {
  if (!lock) {
    lock = lockData(file)
    const walDamage = mendWal(file, new Date().toISOString().replaceAll(/[:.]/g, '-'))
    if (walDamage) port?.postMessage({ walDamage } satisfies SqliteReply)
  }
  if (calls && !isSuspect) return calls
  try {
    const fresh = openCalls(file, bounds)
    calls?.close()
    calls = fresh
    isSuspect = false
  } catch (error) {
    if (!calls) throw error
  }
  return calls
}

port.on('message', ({ id, call, args }: SqliteRequest) => {
  let reply: SqliteReply
  try {
    if (call === 'close') {
      calls?.close()
      lock?.release()
      reply = { id, value: undefined }
    } else {
      reply = { id, value: (opened()[call] as (...args: unknown[]) => unknown)(...args) }
    }
  } catch (error) {
    const kind = faultKindOf(error)
    isSuspect ||= kind === 'disk' || kind === 'damaged'
    reply = { id, kind, fault: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(reply)
  if (call === 'close') port.close()
})
