/**
 * The making of a page, as far back as the log has it: a document to begin with, if the log's beginning was compacted away, and the
 * updates after it. The form is shared/making.ts's.
 */
import { encodeMaking } from '../../shared/making.ts'
import type { LogEntry, Snapshot, Store } from '../storage/store.ts'

export async function readMaking(
  store: Pick<Store, 'entries' | 'versions' | 'version' | 'log'>,
  room: string,
): Promise<Uint8Array> {
  const { base, entries } = await joinedLog(store, room)
  return encodeMaking({ ...(base && { base: base.bytes }), steps: entries })
}

/** The log as far back as it is there, each entry joined to the one before, the first to `base` or to an empty page. */
export async function joinedLog(
  store: Pick<Store, 'entries' | 'versions' | 'version' | 'log'>,
  room: string,
): Promise<{ base?: Snapshot; entries: LogEntry[] }> {
  const all = await store.entries(room, 1)
  const base = all[0]?.seq === 1 ? undefined : await oldestBase(store, room, all)
  const from = (base?.seq ?? 0) + 1
  const entries = unbroken(
    all.filter(({ seq }) => seq >= from),
    from,
  )
  return { ...(base && { base }), entries }
}

/** The oldest document that the entries go on from. */
async function oldestBase(
  store: Pick<Store, 'versions' | 'version' | 'log'>,
  room: string,
  entries: readonly LogEntry[],
): Promise<Snapshot | undefined> {
  // Without entries only the newest document is the page of today.
  const least = (entries[0]?.seq ?? Infinity) - 1
  const versions = (await store.versions(room)).filter(({ seq }) => seq >= least)
  for (const { id } of versions.reverse()) {
    const snapshot = await store.version(room, id)
    if (snapshot) return snapshot
  }
  return (await store.log(room)).snapshot
}

/** Up to the first that is damaged or missing: what follows builds on it. */
function unbroken(entries: readonly LogEntry[], from: number): LogEntry[] {
  const hole = entries.findIndex(({ seq }, i) => seq !== from + i)
  return hole < 0 ? [...entries] : entries.slice(0, hole)
}
