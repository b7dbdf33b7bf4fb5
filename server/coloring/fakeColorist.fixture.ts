/** A colorist without networks, for tests that need many: answers what it is asked, a moment later. With 0 threads it cannot start. */
import { endWithParent } from '../child.ts'
import type { FromColorist, ToColorist } from './colorist.ts'

if (process.argv[2] === '0') process.exit(1)

const answer = (message: FromColorist) => process.send!(message)
endWithParent()
process.on('message', (message: ToColorist) => {
  if (message.kind !== 'run') return
  const made = { width: 2, height: 2, ms: 1, bytes: new Uint8Array(12) }
  setTimeout(() => answer({ kind: 'run', id: message.id, made }), 3)
})
answer({ kind: 'ready', engine: 'fake', device: 'none', models: [] })
