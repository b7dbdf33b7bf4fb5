/** A process to be killed that does nothing but append, keep snapshots and shorten its log; prints each number it has on disk. */
import { newRoom } from '../rooms/access.ts'
import { openCalls } from './sqlite/sqliteCalls.ts'

const calls = openCalls(process.argv[2]!, { entries: 8, bytes: 1e9 })
if (!calls.findRoom('r')) {
  calls.addRoom({ ...newRoom({ title: '', width: 1, height: 1 }).record, id: 'r' }, Uint8Array.of(1))
}
for (;;) {
  const [seq] = calls.append([{ room: 'r', bytes: new Uint8Array(2_000), guest: '' }])
  calls.addSnapshot('r', { seq: seq!, bytes: new TextEncoder().encode(`${seq}`) })
  process.stdout.write(`${seq}\n`)
}
