/**
 * A room's revisions: each larger than every one before, also across restarts and crashes. They are reserved on disk in
 * blocks before they are used; a load begins at a new block.
 */
import type { Store } from '../storage/store.ts'

const BLOCK = 10_000

export type Revisions = {
  current(): number
  next(): number
}

/** Starts at the first revision of a block nobody used. `onFailure` hears when the next block could not be reserved. */
export async function openRevisions(
  store: Pick<Store, 'reserveRevisions'>,
  room: string,
  onFailure: (error: unknown) => void,
): Promise<Revisions> {
  const first = await store.reserveRevisions(room, BLOCK)
  // `next` is called once for the state a room is opened with.
  let revision = first - 1
  let reserved = first + BLOCK - 1
  let reserving = false

  function reserveAhead(): void {
    reserving = true
    store
      .reserveRevisions(room, BLOCK)
      .then(
        (start) => {
          reserved = start + BLOCK - 1
        },
        // The next change tries again; half a block is left for that.
        onFailure,
      )
      .finally(() => {
        reserving = false
      })
  }

  return {
    current: () => Math.max(first, revision),
    next() {
      revision++
      if (!reserving && reserved - revision < BLOCK / 2) reserveAhead()
      return revision
    },
  }
}
