/**
 * Versions that nobody has to ask for: when a changed page has been quiet for a while, and in a pause after many strokes. What was
 * painted last time and not kept then (everybody left, the server ended) is kept when the room is opened again. What is due
 * follows from the log, so nothing is forgotten over a restart; a page that did not change is not kept twice.
 */
import { roomLabel, type Log } from '../log.ts'
import type { Room } from '../rooms/room.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Store } from '../storage/store.ts'
import type { Keeping, Versions } from './versions.ts'

/** A page nobody changed for so long rests. */
export const QUIET_MS = 120_000
/** After so many changes the next breath that everybody takes is enough, and after twice as many none is waited for. */
export const CHANGES = 200
const BREATH_MS = 1_500

type Watch = { changes: number; timer?: NodeJS.Timeout }

export function openAutomatic(parts: {
  rooms: Pick<Rooms, 'listen' | 'hold'>
  store: Pick<Store, 'entries' | 'versions'>
  versions: Pick<Versions, 'keep'>
  log: Log
  quietMs?: number
}) {
  const { rooms, store, versions, log, quietMs = QUIET_MS } = parts
  const watched = new Map<Room, Watch>()

  rooms.listen({
    opened(room) {
      watched.set(room, { changes: 0 })
      void tried(room, () => catchUp(room))
    },
    saved(room) {
      const watch = watched.get(room)
      if (!watch) return
      watch.changes++
      arm(room, watch)
    },
    closed(room) {
      clearTimeout(watched.get(room)?.timer)
      watched.delete(room)
    },
  })

  function arm(room: Room, watch: Watch): void {
    clearTimeout(watch.timer)
    const { changes } = watch
    const wait = changes < CHANGES ? quietMs : changes < 2 * CHANGES ? BREATH_MS : 0
    watch.timer = setTimeout(() => void tried(room, () => keepNow(room, watch)), wait).unref()
  }

  /** Looks at what was left unkept when the room was last open. */
  async function catchUp(room: Room): Promise<void> {
    const strokes = room.strokes().length
    const [snapshot, last] = await Promise.all([room.snapshot(), lastSeq(room)])
    if (snapshot.seq <= last) return
    const entries = await store.entries(room.id, last + 1)
    const watch = watched.get(room)
    if (!watch) return
    const at = entries.find(({ seq }) => seq === snapshot.seq)?.at ?? Date.now()
    if (strokes > 0 && Date.now() - at >= quietMs) await keep(room, { snapshot, strokes, at })
    else {
      watch.changes += entries.length
      arm(room, watch)
    }
  }

  async function keepNow(room: Room, watch: Watch): Promise<void> {
    watch.changes = 0
    const strokes = room.strokes().length
    const [snapshot, last] = await Promise.all([room.snapshot(), lastSeq(room)])
    // An empty page that never was anything else needs no version.
    if (snapshot.seq > last && (strokes > 0 || last > 0))
      await keep(room, { snapshot, strokes, at: Date.now() })
  }

  async function lastSeq(room: Room): Promise<number> {
    return (await store.versions(room.id))[0]?.seq ?? 0
  }

  async function keep(room: Room, of: NonNullable<Keeping['of']>): Promise<void> {
    const hold = await rooms.hold(room.id)
    try {
      // Closed and opened again meanwhile: that one catches up by itself.
      if (hold?.room === room) await versions.keep(room, { kind: 'automatic', name: '', guest: '', of })
    } finally {
      hold?.release()
    }
  }

  /** Nobody waits for it, and the next change tries again. */
  async function tried(room: Room, work: () => Promise<void>): Promise<void> {
    await work().catch((error: unknown) => {
      if (watched.has(room))
        log.warn({ room: roomLabel(room.id), err: error }, 'an automatic version could not be kept')
    })
  }
}
