/**
 * Whose turn it is. Pure: registers in, the next stage to run out. In this order:
 *
 * 1. an overdue refine, the longest waiting first, unless it would take time that is owed to drafts;
 * 2. a draft, of the room that used the least virtual time, if any draft is due;
 * 3. a refine, again of the room that used the least;
 * 4. a draft that is not due yet: an engine never rests while there is work.
 *
 * A room alone is always due. Where others have work too, a room that draws without pause is due again after one round (every
 * room's draft once), so that the refines of those who paused fit in between; a stroke after a pause never waits for that.
 */
import type { Network } from '../../models/engines/engine.ts'
import { isActive, wantsDraft, wantsRefine, type Register } from './register.ts'

export type Turn = { id: string; room: Register; stage: Network; overdue: boolean }

export type Moment = {
  now: number
  /** Milliseconds a stage takes. */
  expected: Record<Network, number>
  /** Milliseconds of drafts that come before the next overdue refine when several rooms have work. */
  owed: number
}

/** A refined picture comes at least this often, also to a room that draws without pause. */
export const REFINE_WITHIN_MS = 2_000
/** No round is taken to be longer. */
export const LONGEST_ROUND_MS = 250

export const isOverdue = (room: Register, { now, expected }: Pick<Moment, 'now' | 'expected'>): boolean =>
  wantsRefine(room) && now >= room.since + REFINE_WITHIN_MS - expected.refine

/** Undefined when no room can run now. */
export function nextTurn(rooms: ReadonlyMap<string, Register>, moment: Moment): Turn | undefined {
  const { now, expected, owed } = moment
  const ready = [...rooms].filter(([, room]) => isActive(room) && !room.resting)
  const round = ready.length > 1 ? Math.min(LONGEST_ROUND_MS, ready.length * expected.draft) : 0
  let [overdue, draft, refine] = [] as (Turn | undefined)[]
  let isDraftDue = false
  for (const [id, room] of ready) {
    if (isOverdue(room, moment)) {
      if (!overdue || room.since < overdue.room.since) overdue = { id, room, stage: 'refine', overdue: true }
    }
    if (wantsDraft(room)) {
      isDraftDue ||= now - room.draftedAt >= round
      if (!draft || room.used < draft.room.used) draft = { id, room, stage: 'draft', overdue: false }
    } else if (!refine || room.used < refine.room.used) {
      refine = { id, room, stage: 'refine', overdue: false }
    }
  }
  const hasToWait = owed > 0 && ready.length > 1 && isDraftDue
  if (overdue && !hasToWait) return overdue
  return isDraftDue ? draft : (refine ?? draft)
}
