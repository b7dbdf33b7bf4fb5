/** Keeps a room's document in this browser (IndexedDB), so that strokes painted offline survive a reload. */
import { IndexeddbPersistence } from 'y-indexeddb'
import type * as Y from 'yjs'

export type DeviceStore = { forget: () => Promise<void>; close: () => Promise<void> }

/** A browser that does not answer by then (private windows, full disk) works without. */
const PATIENCE_MS = 2_000

/** Resolves when what was kept is in `doc`, or with null when this browser keeps nothing. */
export async function openDeviceStore(doc: Y.Doc, name: string): Promise<DeviceStore | null> {
  if (typeof indexedDB === 'undefined') return null
  const store = new IndexeddbPersistence(name, doc)
  let timer: ReturnType<typeof setTimeout> | undefined
  const opened = await Promise.race([
    store.whenSynced.then(() => true),
    store._db.then(
      () => new Promise<false>(() => {}),
      () => false,
    ),
    new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), PATIENCE_MS))),
  ])
  clearTimeout(timer)
  if (!opened) return null
  return {
    forget: () => store.clearData(),
    close: () => store.destroy().then(() => undefined),
  }
}
