/**
 * Which room, which stage, when. Knows rooms by id, revisions, attention and time; nothing of strokes, pictures or sockets.
 *
 * Each room is a latest register (register.ts), one run is under way at a time (an engine can do no more), and turn.ts says whose
 * turn is next. A draft that was started is never stopped. A refine is called off when its room has a newer stroke or nobody
 * wants it any more, unless it is overdue; what was called off counts as never made. Nothing waits on an idle engine.
 * Rules S1-S13 of server/SPEC.md; scheduler.simulation.test.ts proves them.
 */
import type { Network } from '../../models/engines/engine.ts'
import {
  isActive,
  newRegister,
  waits,
  wantsDraft,
  wantsRefine,
  type Attention,
  type Register,
} from './register.ts'
import { isOverdue, nextTurn, type Turn } from './turn.ts'

export type Job = { room: string; stage: Network; revision: number; signal: AbortSignal }

/** What a run makes is of `revision`: the newest when it began. It may end `cancelled` once told to; it rejects when it failed. */
export type Run = (job: Job) => Promise<'done' | 'cancelled'>

export type SchedulerOptions = {
  run: Run
  /** Hears that a room has nothing left to do. */
  onIdle?: (room: string, revision: number) => void
  /** Hears how long the oldest change of a draft that begins has waited, in milliseconds. */
  onWaited?: (ms: number) => void
  /** Milliseconds, monotonic. */
  now?: () => number
  /** Calls back after so many milliseconds. */
  later?: (work: () => void, ms: number) => void
}

const FIRST_RETRY_MS = 250
const LAST_RETRY_MS = 10_000
/** The share of the newest measurement in what a stage is expected to take. */
const NEWEST_SHARE = 0.2

export type Scheduler = ReturnType<typeof createScheduler>

export function createScheduler({
  run,
  onIdle = () => {},
  onWaited = () => {},
  now = () => performance.now(),
  later = (work, ms) => void setTimeout(work, ms).unref(),
}: SchedulerOptions) {
  const rooms = new Map<string, Register>()
  const expected: Record<Network, number> = { draft: 0, refine: 0 }
  let running: (Turn & { stop: AbortController }) | undefined
  let paused = false
  /** Virtual time of those who draw: that of the last draft when it began. It only grows. */
  let clock = 0
  /** Drafts have this much time before the next overdue refine, when both wait. */
  let owed = 0

  function pump(): void {
    if (running || paused) return
    const turn = nextTurn(rooms, { now: now(), expected, owed })
    if (turn) void start(turn)
    else owed = 0
  }

  async function start(turn: Turn): Promise<void> {
    const { id, room, stage, overdue } = turn
    const stop = new AbortController()
    running = { ...turn, stop }
    const began = now()
    // A refine is of what its draft saw, also when newer strokes came.
    const revision = stage === 'draft' ? room.revision : room.drafted
    if (stage === 'draft') {
      room.draftedAt = began
      if (waits(room)) onWaited(began - room.waitingSince)
      room.begun = revision
      clock = Math.max(clock, room.used)
    }
    const outcome = await run({ room: id, stage, revision, signal: stop.signal }).catch(
      () => 'failed' as const,
    )
    const took = now() - began
    running = undefined
    room.used += took
    if (stage === 'draft') owed = Math.max(0, owed - took)
    else if (overdue) owed = took
    if (outcome === 'done') done(room, stage, revision, took)
    else if (outcome === 'failed') failed(room)
    if (rooms.get(id) === room && !isActive(room)) onIdle(id, room.revision)
    pump()
  }

  function done(room: Register, stage: Network, revision: number, took: number): void {
    room.failures = 0
    expected[stage] += (expected[stage] === 0 ? 1 : NEWEST_SHARE) * (took - expected[stage])
    if (stage === 'draft') {
      room.drafted = Math.max(room.drafted, revision)
    } else {
      room.refined = Math.max(room.refined, revision)
      room.since = now()
    }
  }

  function failed(room: Register): void {
    room.resting = true
    later(
      () => {
        room.resting = false
        // What it would have had meanwhile is not made up for.
        room.used = Math.max(room.used, clock)
        pump()
      },
      Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** room.failures++),
    )
  }

  /** The only way a register is written from outside. */
  function change(id: string, how: Partial<Register>): void {
    const room = rooms.get(id)
    if (!room) return
    const before = { drew: wantsDraft(room), waited: waits(room), active: isActive(room) }
    if (!before.active) room.since = now()
    Object.assign(room, how)
    // A room that rested does not bring back the time it did not use.
    if (!before.drew && wantsDraft(room)) room.used = Math.max(room.used, clock)
    if (!before.waited && waits(room)) room.waitingSince = now()
    if (running?.room === room) callOff()
    else if (before.active && !isActive(room)) onIdle(id, room.revision)
    pump()
  }

  function callOff(): void {
    if (running?.stage !== 'refine') return
    const { room, stop } = running
    const isStale = wantsDraft(room) && !isOverdue(room, { now: now(), expected })
    if (isStale || !wantsRefine(room)) stop.abort()
  }

  return {
    /** Room `id` has something newer to color; a room unknown so far becomes known. A revision that is not newer changes nothing. */
    touch(id: string, revision: number): void {
      const room = rooms.get(id)
      if (!room) rooms.set(id, newRegister())
      if (revision > (room?.revision ?? 0)) change(id, { revision })
    },
    /** Who looks at the room changed; nobody does until this is called. A picture that is seen again is refined at once. */
    attend(id: string, attention: Attention): void {
      const isBack = attention === 'seen' && rooms.get(id)?.attention === 'hidden'
      change(id, { attention, ...(isBack && { since: -Infinity }) })
    },
    /** The newest revision is wanted refined, whoever looks. */
    want(id: string): void {
      change(id, { wanted: rooms.get(id)?.revision ?? 0 })
    },
    /** Drops a room, and what a run under way makes of it: the caller drops that too. */
    forget(id: string): void {
      if (running && running.room === rooms.get(id) && running.stage === 'refine') running.stop.abort()
      rooms.delete(id)
    },
    /** Rooms that have something left to do. */
    waiting: () => [...rooms.values()].filter(isActive).length,
    /** There is no engine: nothing is started, and drafts that were not refined yet are lost. */
    pause(): void {
      paused = true
      for (const [id, { refined }] of rooms) change(id, { drafted: refined })
    },
    /** Goes on at once; a room whose run failed keeps its pause, for it may be what ended the engine. */
    resume(): void {
      paused = false
      pump()
    },
  }
}
