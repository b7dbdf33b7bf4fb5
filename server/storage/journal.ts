/**
 * Group commit: `write` queues an update and resolves once it is on disk. A commit starts as soon as the one before ended and
 * carries everything queued until then, in order. What could not be committed is tried again, with growing pauses, until it
 * succeeds: nothing is dropped and nothing resolves early. While the disk fails everybody waits for it; a fault that is one
 * room's own stops that room alone. Only of a room that is gone the updates are dropped: they never resolve. And of a room in which
 * another server was first everything that waits is given back (`write` rejects as `behind`), to be made anew of what is there now.
 */
import { begin } from '../tracing.ts'
import type { RoomUpdate, Store } from './store.ts'
import { faultKindOf, type StoreFault } from './storeFault.ts'

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

export type Journal = {
  /** Gives the update's number in its room's log. Rejects as `behind` alone (store.ts). */
  write(update: RoomUpdate): Promise<number>
  /** Resolves when everything written so far is on disk. */
  settled(): Promise<void>
  /** How long the oldest update waits that is not on disk yet; 0 without one. */
  oldestMs(): number
  /** Gives up retrying; what was not saved by then stays unsaved. Resolves when no commit runs. */
  close(): Promise<void>
}

export type JournalOptions = {
  append: Store['append']
  /** Each time: the rooms whose changes wait for a retry now. */
  onFailure(rooms: ReadonlySet<string>, error: unknown): void
  /** Everything that waited is on disk. */
  onRecovery?(): void
  onCommit?(updates: number, milliseconds: number): void
  /** Each update that is on disk: how long ago it was written. */
  onSaved?(milliseconds: number): void
  pause?(milliseconds: number): Promise<void>
}

type Entry = { update: RoomUpdate; since: number; done(seq: number): void; giveBack(error: StoreFault): void }

const wait = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref())

export function openJournal(options: JournalOptions): Journal {
  const { append, onFailure, onRecovery, onCommit, onSaved, pause = wait } = options
  let queue: Entry[] = []
  /** By room, in order: what failed, and what was written after it. */
  const stuck = new Map<string, Entry[]>()
  /** Not on disk yet; the oldest first. */
  const unsaved = new Set<Entry>()
  let nextPause = FIRST_PAUSE_MS
  let running: Promise<void> | undefined
  let retrying: Promise<void> | undefined
  let closed = false

  async function commit(batch: Entry[]): Promise<void> {
    const start = performance.now()
    let seqs: number[]
    try {
      seqs = await append(batch.map(({ update }) => update))
    } catch (error) {
      return failed(batch, error)
    }
    const now = performance.now()
    onCommit?.(batch.length, now - start)
    batch.forEach((entry, index) => {
      unsaved.delete(entry)
      onSaved?.(now - entry.since)
      entry.done(seqs[index]!)
    })
  }

  async function failed(batch: Entry[], error: unknown): Promise<void> {
    const rooms = new Map<string, Entry[]>()
    for (const entry of batch) add(rooms, entry.update.room, [entry])
    const kind = faultKindOf(error)
    if (kind !== 'full' && kind !== 'disk' && rooms.size > 1) {
      // Some room's own fault, as likely as not: the others need not share it.
      for (const each of rooms.values()) await commit(each)
      return
    }
    if (kind === 'no-room') {
      for (const entry of batch) unsaved.delete(entry)
      return
    }
    if (kind === 'behind') {
      const given = queue.filter(({ update }) => rooms.has(update.room))
      queue = queue.filter(({ update }) => !rooms.has(update.room))
      for (const entry of [...batch, ...given]) {
        unsaved.delete(entry)
        entry.giveBack(error as StoreFault)
      }
      return
    }
    for (const [room, entries] of rooms) add(stuck, room, entries)
    // What was written meanwhile must not overtake what waits.
    const overtaking = queue.filter(({ update }) => stuck.has(update.room))
    queue = queue.filter(({ update }) => !stuck.has(update.room))
    for (const entry of overtaking) add(stuck, entry.update.room, [entry])
    onFailure(new Set(stuck.keys()), error)
    if (!closed) retrying ??= retry()
  }

  async function retry(): Promise<void> {
    await pause(nextPause)
    nextPause = Math.min(2 * nextPause, LONGEST_PAUSE_MS)
    // In one tick with what follows: who writes now comes after what waited.
    retrying = undefined
    if (closed) return
    queue = [...[...stuck.values()].flat(), ...queue]
    stuck.clear()
    running ??= run()
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue
      queue = []
      await commit(batch)
    }
    // In the same tick as the last look at the queue: a write in between would find nobody to carry it.
    running = undefined
    if (stuck.size === 0 && nextPause > FIRST_PAUSE_MS) {
      nextPause = FIRST_PAUSE_MS
      onRecovery?.()
    }
  }

  return {
    write(update) {
      return new Promise((resolve, reject) => {
        const ended = begin('journal')
        const done = (seq: number) => {
          ended()
          resolve(seq)
        }
        const giveBack = (error: StoreFault) => {
          ended()
          reject(error)
        }
        const entry = { update, since: performance.now(), done, giveBack }
        unsaved.add(entry)
        if (stuck.has(update.room)) return add(stuck, update.room, [entry])
        queue.push(entry)
        running ??= run()
      })
    },
    async settled() {
      while (running ?? retrying) await (running ?? retrying)
    },
    oldestMs() {
      const [oldest] = unsaved
      return oldest ? performance.now() - oldest.since : 0
    },
    async close() {
      closed = true
      await running
    },
  }
}

function add(lists: Map<string, Entry[]>, room: string, entries: readonly Entry[]): void {
  const before = lists.get(room)
  if (before) before.push(...entries)
  else lists.set(room, [...entries])
}
