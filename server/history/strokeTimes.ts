/**
 * When each stroke of a room was painted: when the entry of the log came that brought it. What the server itself brought back keeps
 * its former time. Of strokes whose entries were compacted away no time is known.
 *
 * The log is read in parts, between which the event loop turns, and of a room that stays open each entry once.
 */
import * as Y from 'yjs'
import type { Room } from '../rooms/room.ts'
import { SERVER } from '../rooms/claims.ts'
import type { LogEntry, Store } from '../storage/store.ts'

/** Entries decoded in a row: about 3 ms. */
const PART = 200

/** Stroke ids are their authors' choice: only both together name a stroke. */
const nameOf = ({ id, by }: { id: string; by: string }) => `${by} ${id}`

export class StrokeTimes {
  readonly #at = new Map<string, number>()
  #seq = 0

  /** Milliseconds since 1970. */
  of(stroke: { id: string; by: string }): number | undefined {
    return this.#at.get(nameOf(stroke))
  }

  /** The number of the next entry to be read. */
  get next(): number {
    return this.#seq + 1
  }

  /** Takes what follows in the log. */
  async read(entries: readonly LogEntry[]): Promise<void> {
    for (let i = 0; i < entries.length; i++) {
      if (i > 0 && i % PART === 0) await new Promise((resolve) => setImmediate(resolve))
      const { seq, at, guest, bytes } = entries[i]!
      if (seq <= this.#seq) continue
      for (const stroke of strokesIn(bytes)) {
        const name = nameOf(stroke)
        if (guest !== SERVER || !this.#at.has(name)) this.#at.set(name, at)
      }
      this.#seq = seq
    }
  }
}

/** The strokes an update brings. */
function strokesIn(update: Uint8Array): { id: string; by: string }[] {
  return Y.decodeUpdate(update).structs.flatMap((struct) => {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentAny)) return []
    return (struct.content.arr as ({ id?: unknown; by?: unknown } | null)[]).flatMap((value) => {
      // Settings and swatches have no author.
      if (typeof value?.id !== 'string' || typeof value.by !== 'string') return []
      return [{ id: value.id, by: value.by }]
    })
  })
}

/** Gives a room's times as they are on disk now. */
export function openStrokeTimes(store: Pick<Store, 'entries'>) {
  const known = new WeakMap<Room, { times: StrokeTimes; reading: Promise<void> }>()
  return async (room: Room): Promise<StrokeTimes> => {
    const entry = known.get(room) ?? { times: new StrokeTimes(), reading: Promise.resolve() }
    known.set(room, entry)
    const { times } = entry
    // One reading after the other; one that failed costs nobody else.
    const reading = entry.reading.then(async () => {
      await room.saved()
      await times.read(await store.entries(room.id, times.next))
    })
    entry.reading = reading.catch(() => {})
    await reading
    return times
  }
}
