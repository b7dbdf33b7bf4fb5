/**
 * `work`, one run at a time: who asks while it runs gets a run that begins after, so that it sees everything there was when they asked;
 * all who ask meanwhile share that one.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let next: Promise<void> | undefined
  const run = () => (running ??= work().finally(() => (running = undefined)))
  return () => {
    if (!running) return run()
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined
        return run()
      })
    return next
  }
}
