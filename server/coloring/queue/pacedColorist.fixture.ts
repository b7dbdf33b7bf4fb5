/**
 * A colorist without networks that takes its time, one run after the other: 8 ms for a draft, 60 ms for a refine, which may be called off.
 */
import { endWithParent } from '../../child.ts'
import type { FromColorist, ToColorist } from '../colorist.ts'

const TAKES = { draft: 8, refine: 60 }
const answer = (message: FromColorist) => process.send!(message)
const made = { width: 2, height: 2, ms: 1, encodeMs: 0, bytes: new Uint8Array(12) }
let cancel = (_run: number) => {}
let last: Promise<void> = Promise.resolve()

endWithParent()
process.on('message', (message: ToColorist) => {
  if (message.kind === 'cancel') cancel(message.run)
  if (message.kind !== 'run') return
  const { id, network } = message
  last = last.then(
    () =>
      new Promise((resolve) => {
        const done = (result: typeof made | null) => {
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
