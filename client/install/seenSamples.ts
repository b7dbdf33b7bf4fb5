/** The bundled drawings that were shown before the service worker was there: kept as it keeps those that come later. */
import { SAMPLES_CACHE } from './caches.ts'

export async function keepSeenSamples(): Promise<void> {
  const seen = performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => /^\/(api\/samples$|samples\/)/.test(new URL(name).pathname))
  // What does not come now is kept when it is seen again.
  await (await caches.open(SAMPLES_CACHE)).addAll([...new Set(seen)]).catch(() => undefined)
}
