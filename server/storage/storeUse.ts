/** What the store holds, counted at most every half minute, however often it is asked. */
import type { Store, StoreUse } from './store.ts'

const EVERY_MS = 30_000

export function openStoreUse(store: Pick<Store, 'use'>): () => Promise<StoreUse> {
  let counted: { at: number; use: Promise<StoreUse> } | undefined
  return () => {
    const now = performance.now()
    if (!counted || now - counted.at > EVERY_MS) counted = { at: now, use: store.use() }
    return counted.use
  }
}
