/** Whether the store takes writes, asked for at most every few seconds and waited for no longer than that. */
import type { Store } from './store.ts'

const EVERY_MS = 5_000
const WAIT_MS = 3_000

export function openProbe(store: Pick<Store, 'probe'>): () => Promise<boolean> {
  let probed: { at: number; ok: Promise<boolean> } | undefined
  return () => {
    const now = performance.now()
    if (!probed || now - probed.at > EVERY_MS) {
      const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), WAIT_MS).unref())
      const ok = store.probe().then(
        () => true,
        () => false,
      )
      probed = { at: now, ok: Promise.race([ok, late]) }
    }
    return probed.ok
  }
}
