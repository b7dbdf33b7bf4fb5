/** The thread of `examineLog.ts`: examines the file once, a room at a time with a rest after each, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { setTimeout as rest } from 'node:timers/promises'
import { examinePages, examineRoom, isDamaged, openForReading, roomIds } from './examine.ts'
import type { Finding } from './examineLog.ts'

const REST_MS = 5

const port = parentPort
if (!port) throw new Error('this file runs as a worker thread')
const tell = (finding: Finding) => port.postMessage(finding)
const database = openForReading((workerData as { file: string }).file)
const pages = examinePages(database)
if (pages.length > 0) tell({ pages })
let entries = 0
const rooms = roomIds(database)
for (const room of rooms) {
  const report = examineRoom(database, room)
  entries += report.entries
  if (isDamaged(report)) tell({ report })
  await rest(REST_MS)
}
database.close()
tell({ rooms: rooms.length, entries })
