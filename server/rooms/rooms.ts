/**
 * The rooms in memory. `hold` loads a room at most once at a time and keeps it open until released; without holds it unloads
 * after a while, once all of it is on disk. A failed load is forgotten, so that the next hold tries afresh.
 */
import type { Coloring } from '../coloring/coloring.ts'
import type { FrameHeader, Status } from '../../shared/protocol.ts'
import type { Limits } from '../config.ts'
import { roomLabel, type Log } from '../log.ts'
import type { Journal } from '../storage/journal.ts'
import type { RoomRecord, Store } from '../storage/store.ts'
import { newRoom, type Keys } from './access.ts'
import { openRevisions } from './revisions.ts'
import { openRoom, type Room, type RoomListener } from './room.ts'

export type Hold = { room: Room; release(): void }
export type NewPage = { title: string; width: number; height: number; png: Uint8Array }

export type Rooms = {
  create(page: NewPage): Promise<{ id: string; keys: Keys }>
  /** Undefined when there is no such room. */
  hold(id: string): Promise<Hold | undefined>
  listen(listener: RoomListener): void
  /** From the colorist; rooms not open any more are no error. */
  putFrame(id: string, header: FrameHeader, bytes: Uint8Array): void
  putStatus(id: string, status: Status): void
  /** These rooms' changes could not be written; they stay in memory and are tried again. */
  tellNotSaved(ids: ReadonlySet<string>): void
  open(): number
  /** Whatever is not on disk by then is lost: settle the journal first. */
  close(): void
}

type Entry = { loading: Promise<Room>; room?: Room; holds: number; idle?: NodeJS.Timeout }

export type RoomsOptions = {
  store: Store
  journal: Journal
  coloring: Coloring
  limits: Limits
  log: Log
}

export function openRooms({ store, journal, coloring, limits, log }: RoomsOptions): Rooms {
  const entries = new Map<string, Entry>()
  const listeners: RoomListener[] = []
  const tell: Required<RoomListener> = {
    opened: (room) => listeners.forEach((listener) => listener.opened?.(room)),
    closed: (room) => listeners.forEach((listener) => listener.closed?.(room)),
    relay: (...args) => listeners.forEach((listener) => listener.relay?.(...args)),
    saved: (...args) => listeners.forEach((listener) => listener.saved?.(...args)),
    frame: (...args) => listeners.forEach((listener) => listener.frame?.(...args)),
    status: (...args) => listeners.forEach((listener) => listener.status?.(...args)),
    notice: (...args) => listeners.forEach((listener) => listener.notice?.(...args)),
  }

  async function load(record: RoomRecord): Promise<Room> {
    const { id } = record
    const [entries, linePng] = await Promise.all([store.log(id), store.linePng(id)])
    if (!linePng) throw new Error('a room has no line art')
    if (entries.damagedAt !== undefined)
      log.error({ room: roomLabel(id), seq: entries.damagedAt }, 'the log of a room is damaged from here on')
    const revisions = await openRevisions(store, id, (error) =>
      log.warn({ room: roomLabel(id), err: error }, 'revisions could not be reserved'),
    )
    coloring.open(id, linePng)
    return openRoom({ record, entries, revisions, journal, coloring, limits, tell, log })
  }

  async function entryOf(id: string): Promise<Entry | undefined> {
    const known = entries.get(id)
    if (known) return known
    const record = await store.findRoom(id)
    if (!record) return undefined
    // Looked up again after the await: two holds must share one load.
    const raced = entries.get(id)
    if (raced) return raced
    const entry: Entry = { loading: load(record), holds: 0 }
    entries.set(id, entry)
    entry.loading.then(
      (room) => {
        entry.room = room
        tell.opened(room)
      },
      () => entries.delete(id),
    )
    return entry
  }

  async function unload(id: string, entry: Entry): Promise<void> {
    await entry.room?.saved()
    // A hold may have come while the last write was on its way.
    if (entry.holds > 0 || entries.get(id) !== entry) return
    close(id, entry)
  }

  function close(id: string, { room }: Entry): void {
    entries.delete(id)
    if (room) tell.closed(room)
    room?.close()
    coloring.forget(id)
  }

  function rest(id: string, entry: Entry): void {
    clearTimeout(entry.idle)
    entry.idle = setTimeout(() => void unload(id, entry), 1000 * limits.idleSeconds).unref()
  }

  const rooms: Rooms = {
    async create({ title, width, height, png }) {
      const { record, keys } = newRoom({ title, width, height })
      await store.addRoom(record, png)
      return { id: record.id, keys }
    },

    async hold(id) {
      const entry = await entryOf(id)
      if (!entry) return undefined
      // Counted before the load is awaited: a room being loaded for somebody must not unload.
      entry.holds++
      clearTimeout(entry.idle)
      let held = true
      const release = () => {
        if (!held) return
        held = false
        if (--entry.holds === 0) rest(id, entry)
      }
      try {
        return { room: await entry.loading, release }
      } catch (error) {
        release()
        clearTimeout(entry.idle)
        throw error
      }
    },

    listen: (listener) => void listeners.push(listener),
    putFrame: (id, header, bytes) => entries.get(id)?.room?.putFrame(header, bytes),
    putStatus: (id, status) => entries.get(id)?.room?.putStatus(status),
    tellNotSaved(ids) {
      for (const id of ids) {
        const room = entries.get(id)?.room
        if (room) tell.notice(room, 'not-saved')
      }
    },
    open: () => entries.size,

    close() {
      for (const [id, entry] of entries) {
        clearTimeout(entry.idle)
        close(id, entry)
      }
    },
  }
  return rooms
}
