/**
 * A bound on a process's memory, native memory included, which V8's heap limit does not see: a decoder's buffers are libvips'
 * own. Looked at while the decoder works in threads of its own; what outgrows it ends at once, with an exit code of its own.
 */

/** The exit code of a process that outgrew its memory. */
export const OUTGROWN = 77

/** A decoder fills memory at some GB a second: this often bounds how far it gets. */
const LOOK_MS = 20

/** Ends this process as soon as it holds more than `bytes`. Does not keep it alive. */
export function capMemory(bytes: number): void {
  setInterval(() => {
    if (process.memoryUsage.rss() > bytes) process.exit(OUTGROWN)
  }, LOOK_MS).unref()
}
