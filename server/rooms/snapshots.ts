/**
 * When a room's snapshots are made: every so many entries of its log, and before it leaves memory. The log is the truth: a
 * snapshot that fails costs a slower load and is made the next time.
 */
import type { Snapshot, Store } from '../storage/store.ts'

/** Entries after which a snapshot is made, and from which on it is worth one when the room unloads. */
const EVERY = 500
const WORTH = 50

export type Snapshots = {
  /** The log has got as far as this. */
  note(seq: number): void
  /** Before the room unloads; never rejects. */
  last(): Promise<void>
}

export type SnapshotsOptions = {
  room: string
  /** The numbers of the newest one there is, 0 without, and of the last entry. */
  newest: number
  seq: number
  every?: number
  make(): Promise<Snapshot>
  put: Store['addSnapshot']
  onFailure(error: unknown): void
}

export function openSnapshots(options: SnapshotsOptions): Snapshots {
  const { room, every = EVERY, make, put, onFailure } = options
  let { newest, seq } = options
  let making: Promise<void> | undefined

  async function add(): Promise<void> {
    try {
      const snapshot = await make()
      await put(room, snapshot)
      newest = Math.max(newest, snapshot.seq)
    } catch (error) {
      // Not at every entry from now on.
      newest = seq
      onFailure(error)
    } finally {
      making = undefined
    }
  }

  return {
    note(at) {
      seq = at
      // After what is being sent now: making it takes a while in a large room.
      if (seq - newest >= every) making ??= new Promise<void>((resolve) => setImmediate(resolve)).then(add)
    },
    async last() {
      await making
      if (seq - newest >= WORTH) await add()
    },
  }
}
