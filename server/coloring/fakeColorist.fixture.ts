/**
 * A colorist without networks, for tests that need many: answers runs in order, a moment later. With 0 threads it cannot start, with 99 it is never ready.
 * Rooms of some names are trouble: `silent` is not answered, nor is what follows, until a room is forgotten; `abort` ends the
 * process, `leak` fills its memory, `fault` makes its engine throw.
 */
import { endWithParent } from '../child.ts'
import type { FromColorist, ToColorist } from './colorist.ts'

const answer = (message: FromColorist) => process.send!(message)
const made = { width: 2, height: 2, ms: 1, encodeMs: 0, bytes: new Uint8Array(12) }
const held: number[] = []

function leak(): never {
  const hoard: object[] = []
  for (;;) hoard.push(new Array<number>(1_000_000).fill(hoard.length))
}

function run(id: number, room: string): void {
  if (room === 'abort') process.abort()
  if (room === 'leak') leak()
  if (room === 'fault') {
    answer({ kind: 'failed', id, message: 'the device was lost', isEngine: true })
    return
  }
  if (room === 'silent' || held.length > 0) held.push(id)
  else setTimeout(() => answer({ kind: 'run', id, made }), 3)
}

endWithParent()
process.on('message', (message: ToColorist) => {
  if (message.kind === 'run' || message.kind === 'whole') run(message.id, message.room)
  if (message.kind === 'forget') for (const id of held.splice(0)) answer({ kind: 'run', id, made })
})
if (process.argv[3] === '0') {
  process.send!(
    { kind: 'unfit', reason: 'there are no weights', isEngine: false } satisfies FromColorist,
    () => process.exit(1),
  )
} else if (process.argv[3] !== '99')
  answer({ kind: 'ready', engine: process.argv[2]!, device: 'none', models: [] })
