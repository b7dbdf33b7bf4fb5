/** The thread of the SQLite database (sqlite.ts): one call after the other, each answered once, where a slow disk stops nobody. */
import { parentPort, workerData } from 'node:worker_threads'
import { openCalls, type SqliteCalls } from './sqliteCalls.ts'

export type SqliteRequest = {
  [Name in keyof SqliteCalls]: { id: number; call: Name; args: Parameters<SqliteCalls[Name]> }
}[keyof SqliteCalls]
export type SqliteReply = { id: number; value: unknown } | { id: number; fault: string }

const port = parentPort
if (!port) throw new Error('this file runs as a worker thread')
const calls = openCalls((workerData as { file: string }).file)

port.on('message', ({ id, call, args }: SqliteRequest) => {
  let reply: SqliteReply
  try {
    reply = { id, value: (calls[call] as (...args: unknown[]) => unknown)(...args) }
  } catch (error) {
    reply = { id, fault: error instanceof Error ? error.message : String(error) }
  }
  port.postMessage(reply)
  if (call === 'close') port.close()
})
