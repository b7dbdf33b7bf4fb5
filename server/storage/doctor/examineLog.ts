/**
 * Looks at the whole log of a running server once, in a thread and a connection of its own: commits do not wait for it. What
 * is damaged is told as it is found; it stops nothing, for a room that is damaged is read-only by itself when it is opened.
 */
import { Worker } from 'node:worker_threads'
import type { RoomReport } from './examine.ts'

/** A damaged room; what SQLite finds wrong with its pages; or the end. */
export type Finding = { report: RoomReport } | { pages: string[] } | { rooms: number; entries: number }

export type LogExamination = { close(): Promise<void> }

/** `onFinding` hears an Error when the file could not be examined. */
export function examineLog(file: string, onFinding: (finding: Finding | Error) => void): LogExamination {
  const thread = new Worker(new URL('./examineThread.mjs', import.meta.url), {
    workerData: { file },
    execArgv: [],
  })
  thread.on('message', onFinding)
  thread.on('error', onFinding)
  thread.unref()
  return { close: () => thread.terminate().then(() => {}) }
}
