/**
 * Group commit: `write` queues an update and resolves once it is on disk. A commit starts as soon as the one before ended and
 * carries everything queued until then, in order. A failed commit is tried again, with growing pauses, until it succeeds:
 * nothing is dropped and nothing resolves early; `onFailure` hears which rooms wait.
 */
import type { RoomUpdate, Store } from './store.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

export type Journal = {
  /** Gives the update's number in its room's log. */
  write(update: RoomUpdate): Promise<number>
  /** Resolves when everything written so far is on disk. */
  settled(): Promise<void>
  /** Gives up retrying; what was not saved by then stays unsaved. Resolves when no commit runs. */
  close(): Promise<void>
}

export type JournalOptions = {
  append: Store['append']
  onFailure(rooms: ReadonlySet<string>, error: unknown): void
  onCommit?(updates: number, milliseconds: number): void
  pause?(milliseconds: number): Promise<void>
}

const wait = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref())

export function openJournal({ append, onFailure, onCommit, pause = wait }: JournalOptions): Journal {
  let queue: { update: RoomUpdate; done(seq: number): void }[] = []
  let running: Promise<void> | undefined
  let closed = false

  /** The numbers the updates got, or nothing when the journal was closed before. */
  async function commit(batch: typeof queue): Promise<number[] | undefined> {
    const updates = batch.map((entry) => entry.update)
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(2 * wait, LONGEST_PAUSE_MS)) {
      const start = performance.now()
      try {
        const seqs = await append(updates)
        onCommit?.(updates.length, performance.now() - start)
        return seqs
      } catch (error) {
        onFailure(new Set(updates.map((update) => update.room)), error)
        if (closed) return undefined
        await pause(wait)
      }
    }
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue
      queue = []
      const seqs = await commit(batch)
      if (!seqs) break
      batch.forEach(({ done }, index) => done(seqs[index]!))
    }
    // In the same tick as the last look at the queue: a write in between would find nobody to carry it.
    running = undefined
  }

  return {
    write(update) {
      return new Promise((resolve) => {
        queue.push({ update, done: resolve })
        running ??= run()
      })
    },
    async settled() {
      await running
    },
    async close() {
      closed = true
      await running
    },
  }
}
