/**
 * Which versions go when the server kept too many by itself: the newest stay as they are; of the older ones, again and again,
 * the one between whose neighbours least time would be left open, measured by how long ago that is. So an afternoon keeps its
 * minutes for a while, last week its hours, and the oldest one always stays.
 */
import type { VersionRecord } from '../storage/store.ts'

type Dated = Pick<VersionRecord, 'id' | 'at'>

/** The ids to remove of `versions` (newest first), so that `most` are left, the `recent` newest of them untouched. */
export function surplus(versions: readonly Dated[], most: number, recent: number, now: number): string[] {
  const left = [...versions]
  const gone: string[] = []
  while (left.length > most) {
    let least = recent
    let smallest = Infinity
    for (let i = recent; i < left.length - 1; i++) {
      const gap = (left[i - 1]?.at ?? now) - left[i + 1]!.at
      const share = gap / Math.max(1, now - left[i]!.at)
      if (share < smallest) [smallest, least] = [share, i]
    }
    gone.push(left[least]!.id)
    left.splice(least, 1)
  }
  return gone
}
