/** An image process that does with a "picture" what its text says: hangs, dies, grows, or gives it back. */
import { endWithParent } from '../child.ts'
import type { ImageJob } from './imageProcess.ts'
import { capMemory } from './memoryCap.ts'

const kept: Buffer[] = []

endWithParent()
capMemory(200_000_000)
process.on('message', (job: ImageJob) => {
  const bytes = 'bytes' in job ? job.bytes : job.png
  switch (Buffer.from(bytes).toString()) {
    case 'hang':
      for (;;);
    case 'crash':
      return process.kill(process.pid, 'SIGSEGV')
    case 'grow':
      // As a decoder does: outside of JavaScript's heap.
      return void setInterval(() => kept.push(Buffer.alloc(10_000_000, 1)), 1)
    case 'wait':
      return
    default:
      process.send!({ kind: job.kind, png: bytes, hints: { png: bytes } })
  }
})
