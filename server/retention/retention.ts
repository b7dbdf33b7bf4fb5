/**
 * What becomes of rooms nobody uses: archived after a while (what opening them needs is kept, nothing that is seen on the page goes),
 * condemned after a longer one, and deleted when a grace after that is over. Whoever opens a room before that takes it all back. Each step
 * looks again in its own transaction whether somebody came meanwhile. A damaged room is left as it is: it counts as failed.
 */
import * as Y from 'yjs'
import { roomLabel, type Log } from '../log.ts'
import type { RoomUse, Snapshot, Store } from '../storage/store.ts'

const DAY_MS = 86_400_000

/** In days; what is left out never happens. */
export type RetentionRules = { archiveDays?: number; deleteDays?: number; graceDays: number }

export type Step = 'archived' | 'condemned' | 'deleted'
export type RetentionStore = Pick<
  Store,
  'roomUses' | 'log' | 'archiveRoom' | 'condemnRoom' | 'removeCondemned'
>

/** The next step of a room, if it is due. Nothing is deleted that was not condemned a whole grace before. */
export function dueStep(use: RoomUse, rules: RetentionRules, now: number): Step | undefined {
  const { archiveDays, deleteDays, graceDays } = rules
  const isOver = (since: number, days: number | undefined) =>
    days !== undefined && now - since >= days * DAY_MS
  if (isOver(use.usedAt, deleteDays)) {
    if (use.condemnedAt === undefined) return 'condemned'
    if (isOver(use.condemnedAt, graceDays)) return 'deleted'
  }
  if (use.archivedAt === undefined && isOver(use.usedAt, archiveDays)) return 'archived'
  return undefined
}

export async function dueSteps(store: RetentionStore, rules: RetentionRules, now: number) {
  const uses = await store.roomUses()
  return uses.flatMap((use) => {
    const step = dueStep(use, rules, now)
    return step ? [{ use, step }] : []
  })
}

export type RetentionOptions = {
  store: RetentionStore
  rules: RetentionRules
  now: number
  log: Log
  onStep(what: Step | 'failed'): void
}

/** One step for each room that is due. Gives how many there were of each. */
export async function applyRetention(options: RetentionOptions): Promise<Record<Step | 'failed', number>> {
  const { store, rules, now, log, onStep } = options
  const done = { archived: 0, condemned: 0, deleted: 0, failed: 0 }
  for (const { use, step } of await dueSteps(store, rules, now)) {
    const room = roomLabel(use.id)
    try {
      if (!(await take(store, use, step, now))) continue
      log.info({ room, unusedDays: Math.floor((now - use.usedAt) / DAY_MS) }, `a room was ${step}`)
      done[step]++
      onStep(step)
    } catch (error) {
      log.warn({ room, err: error }, `a room could not be ${step}`)
      done.failed++
      onStep('failed')
    }
  }
  return done
}

/** False when somebody came meanwhile. */
async function take(store: RetentionStore, use: RoomUse, step: Step, now: number): Promise<boolean> {
  const { id, usedAt, condemnedAt } = use
  switch (step) {
    case 'archived':
      return store.archiveRoom(id, await pageOf(store, id), usedAt, now)
    case 'condemned':
      return store.condemnRoom(id, usedAt, now)
    case 'deleted':
      return store.removeCondemned(id, condemnedAt!)
  }
}

/** The page as its log makes it. Rejects when that is damaged. */
export async function pageOf(store: Pick<Store, 'log'>, id: string): Promise<Snapshot> {
  const { snapshot, entries, damagedAt } = await store.log(id)
  if (damagedAt !== undefined) throw new Error('its log is damaged')
  const doc = new Y.Doc()
  if (snapshot) Y.applyUpdate(doc, snapshot.bytes)
  for (const { bytes } of entries) Y.applyUpdate(doc, bytes)
  const seq = entries.at(-1)?.seq ?? snapshot?.seq ?? 0
  return { seq, bytes: Y.encodeStateAsUpdate(doc) }
}
