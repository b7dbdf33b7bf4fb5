/** Does something at a moment of chance within so many milliseconds, and resolves then: what everybody does at once is spread by it. */
export function later(spreadMs: number, work: () => void): Promise<void> {
  return new Promise((resolve) => {
    const now = () => {
      work()
      resolve()
    }
    if (spreadMs === 0) now()
    else setTimeout(now, Math.random() * spreadMs)
  })
}
