/** One thing after the other of each room: two restores at once would each keep the page as it was before both. */
export function openTurns() {
  const last = new Map<string, Promise<unknown>>()
  return <T>(room: string, work: () => Promise<T>): Promise<T> => {
    const turn = (last.get(room) ?? Promise.resolve()).then(work)
    // A turn that failed is its owner's; the next one begins all the same.
    const over = turn
      .catch(() => {})
      .then(() => {
        if (last.get(room) === over) last.delete(room)
      })
    last.set(room, over)
    return turn
  }
}
