/**
 * A room's revisions: each larger than every one before, also across restarts and crashes. They are reserved on disk in
 * blocks before they are used; a load begins at a new block. While the disk takes no writes a room opens all the same: its block
 * is reserved as soon as it can be, and only a crash before that would use it twice.
 */
import type { Store } from '../storage/store.ts'

const BLOCK = 10_000
/** After a failure. */
const RETRY_MS = 1_000

export type Revisions = {
  current(): number
  next(): number
  /** One was heard of that may be larger: the next goes on from there. */
  heard(revision: number): void
}

/** Starts at the first revision of a block nobody used. `onFailure` hears when the next block could not be reserved. */
export async function openRevisions(
  store: Pick<Store, 'reserveRevisions' | 'reservedRevisions'>,
  room: string,
  onFailure: (error: unknown) => void,
): Promise<Revisions> {
  let reserving = false
  let notBefore = 0
  let reserved: number
  const first = await store.reserveRevisions(room, BLOCK).then(
    (start) => {
      reserved = start + BLOCK - 1
      return start
    },
    async (error: unknown) => {
      onFailure(error)
      reserved = await store.reservedRevisions(room)
      return reserved + 1
    },
  )
  // `next` is called once for the state a room is opened with.
  let revision = first - 1

  function reserveAhead(): void {
    reserving = true
    store
      .reserveRevisions(room, BLOCK)
      .then(
        (start) => {
          reserved = start + BLOCK - 1
        },
        // A later change tries again; half a block is left for that.
        (error: unknown) => {
          notBefore = performance.now() + RETRY_MS
          onFailure(error)
        },
      )
      .finally(() => {
        reserving = false
      })
  }

  function keepAhead(): void {
    const isShort = reserved - revision < BLOCK / 2
    if (isShort && !reserving && performance.now() >= notBefore) reserveAhead()
  }

  return {
    current: () => Math.max(first, revision),
    next() {
      revision++
      keepAhead()
      return revision
    },
    heard(other) {
      if (other <= revision) return
      revision = other
      keepAhead()
    },
  }
}
