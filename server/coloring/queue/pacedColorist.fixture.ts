/**
 * A colorist without networks that takes its time, one run after the other: 8 ms for a draft, 60 ms for a refine, which may be called off.
 * What it makes are the ids of the room's strokes, as JSON.
 */
import { endWithParent } from '../../child.ts'
import { spliced } from '../../../shared/splice.ts'
import type { Stroke } from '../../../shared/strokes.ts'
import type { FromColorist, Made, ToColorist } from '../colorist.ts'

const TAKES = { draft: 8, refine: 60 }
const answer = (message: FromColorist) => process.send!(message)
const rooms = new Map<string, Stroke[]>()
let cancel = (_run: number) => {}
let last: Promise<void> = Promise.resolve()

endWithParent()
process.on('message', (message: ToColorist) => {
  if (message.kind === 'cancel') cancel(message.run)
  if (message.kind === 'open') rooms.set(message.room, [])
  if (message.kind === 'strokes') rooms.set(message.room, spliced(rooms.get(message.room)!, message))
  if (message.kind !== 'run') return
  const { id, room, network } = message
  const bytes = Buffer.from(JSON.stringify(rooms.get(room)!.map(({ id }) => id)))
  const made = { width: 2, height: 2, ms: 1, encodeMs: 0, bytes }
  last = last.then(
    () =>
      new Promise((resolve) => {
        const done = (result: Made | null) => {
          clearTimeout(timer)
          answer({ kind: 'run', id, made: result })
          resolve()
        }
        const timer = setTimeout(() => done(made), TAKES[network])
        cancel = (run) => run === id && done(null)
      }),
  )
})
answer({ kind: 'ready', engine: 'cpu', device: 'none', models: [] })
