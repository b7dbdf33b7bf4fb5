/**
 * Which room, which stage, when. Knows rooms by id, revisions, stages and time; nothing of strokes or pictures.
 *
 * Each room is one *latest* register, never a queue. One run at a time (an engine can do no more). Any draft runs before any
 * refine; within a stage the room that used the least time so far (virtual time) goes first. A refine is due when the draft
 * covers the newest revision; a room that draws without pause gets one every `REFINE_WITHIN_MS` all the same. A run that was
 * started is never interrupted. Rules S1-S8 of server/SPEC.md.
 */
import type { Network } from '../../models/engine.ts'

/** What a run made is of this revision: the newest one when the run began. Rejects when the run failed. */
export type Run = (room: string, stage: Network, revision: number) => Promise<void>

export type SchedulerOptions = {
  run: Run
  /** Hears that a room has nothing left to do. */
  onIdle?: (room: string, revision: number) => void
  /** Milliseconds, monotonic. */
  now?: () => number
  /** Calls back after so many milliseconds. */
  later?: (work: () => void, ms: number) => void
}

type Room = {
  revision: number
  drafted: number
  refined: number
  /** Milliseconds of engine time used, comparable between active rooms. */
  used: number
  refinedAt: number
  failures: number
  /** Not before this time, after a failure. */
  notBefore: number
}

const REFINE_WITHIN_MS = 2_000
const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 10_000

export type Scheduler = ReturnType<typeof createScheduler>

export function createScheduler({
  run,
  onIdle = () => {},
  now = () => performance.now(),
  later = (work, ms) => void setTimeout(work, ms).unref(),
}: SchedulerOptions) {
  const rooms = new Map<string, Room>()
  let running: { id: string; room: Room } | undefined
  let paused = false

  const wantsDraft = (room: Room) => room.drafted < room.revision
  const wantsRefine = (room: Room) => room.refined < room.revision && room.drafted > room.refined
  const isOverdue = (room: Room) => wantsRefine(room) && now() - room.refinedAt >= REFINE_WITHIN_MS
  const isActive = (room: Room) => wantsDraft(room) || wantsRefine(room)

  function pick(): { id: string; room: Room; stage: Network } | undefined {
    let best: { id: string; room: Room; stage: Network; rank: number } | undefined
    let soonest = Infinity
    for (const [id, room] of rooms) {
      if (!isActive(room)) continue
      if (room.notBefore > now()) {
        soonest = Math.min(soonest, room.notBefore)
        continue
      }
      const stage: Network = isOverdue(room) || !wantsDraft(room) ? 'refine' : 'draft'
      const rank = stage === 'draft' || isOverdue(room) ? 0 : 1
      if (!best || rank < best.rank || (rank === best.rank && room.used < best.room.used)) {
        best = { id, room, stage, rank }
      }
    }
    if (!best && soonest < Infinity) later(pump, soonest - now())
    return best
  }

  function pump(): void {
    if (running || paused) return
    const next = pick()
    if (next) void start(next)
  }

  async function start({ id, room, stage }: { id: string; room: Room; stage: Network }): Promise<void> {
    running = { id, room }
    const began = now()
    // A refine colors the hints its draft was made of, unless newer ones came: then it is of the drafted revision only.
    const revision = stage === 'draft' ? room.revision : room.drafted
    try {
      await run(id, stage, revision)
      room.failures = 0
      room.drafted = Math.max(room.drafted, revision)
      if (stage === 'refine') {
        room.refined = Math.max(room.refined, revision)
        room.refinedAt = now()
      }
    } catch {
      room.failures++
      room.notBefore = now() + Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (room.failures - 1))
    }
    room.used += now() - began
    running = undefined
    if (rooms.get(id) === room && !isActive(room)) onIdle(id, room.revision)
    pump()
  }

  return {
    /** Room `id` has something newer to color. A revision that is not newer changes nothing. */
    touch(id: string, revision: number): void {
      let room = rooms.get(id)
      if (!room) {
        room = { revision: 0, drafted: 0, refined: 0, used: 0, refinedAt: now(), failures: 0, notBefore: 0 }
        rooms.set(id, room)
      }
      if (revision <= room.revision) return
      if (!isActive(room)) {
        // A room that rested does not bring back the time it did not use.
        let least = Infinity
        for (const other of rooms.values())
          if (other !== room && isActive(other)) least = Math.min(least, other.used)
        if (least < Infinity) room.used = Math.max(room.used, least)
        room.refinedAt = now()
      }
      room.revision = revision
      pump()
    },
    /** Drops a room; what a run under way makes of it is dropped by the caller (it asks `knows`). */
    forget(id: string): void {
      rooms.delete(id)
    },
    knows: (id: string): boolean => rooms.has(id),
    /** While paused nothing is started: there is no engine. */
    pause(): void {
      paused = true
    },
    /** Goes on at once, failures forgotten. */
    resume(): void {
      paused = false
      for (const room of rooms.values()) room.notBefore = 0
      pump()
    },
  }
}
