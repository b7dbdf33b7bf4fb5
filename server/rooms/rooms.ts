/**
 * The rooms in memory. `hold` loads a room at most once at a time and keeps it open until released; without holds it unloads
 * after a while, once all of it is on disk. A failed load is forgotten, so that the next hold tries afresh. `end` removes a room for
 * good: nothing more is let in, what was let in reaches the disk (a commit carries several rooms' updates and fails as a whole, so
 * none may be for a room that is gone), then all of it goes, then whoever is there is told.
 */
import type { Bus } from '../cluster/bus.ts'
import type { Coloring } from '../coloring/coloring.ts'
import type { Status } from '../../shared/protocol.ts'
import type { Limits } from '../config.ts'
import { roomLabel, type Log } from '../log.ts'
import type { Journal } from '../storage/journal.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { DiskState } from '../storage/diskGuard.ts'
import type { RoomContents, RoomRecord, Store } from '../storage/store.ts'
import { diskRefusalOf, faultKindOf } from '../storage/storeFault.ts'
import { newRoom, type Keys } from './access.ts'
import { openRevisions } from './revisions.ts'
import { openRoom, type Room, type RoomListener } from './room.ts'

export type Hold = { room: Room; release(): void }
/** `contents`: what it was before, elsewhere. */
export type NewPage = {
  title: string
  width: number
  height: number
  png: Uint8Array
  contents?: RoomContents
}

export type Rooms = {
  create(page: NewPage): Promise<{ id: string; keys: Keys }>
  /** Undefined when there is no such room. */
  hold(id: string): Promise<Hold | undefined>
  /** Removes an open room and everything of it. Refused, with the room as before, when the disk does not take it. */
  end(room: Room): Promise<void>
  listen(listener: RoomListener): void
  /** From the colorist; rooms not open any more are no error. */
  putFrame(id: string, ...frame: Parameters<Room['putFrame']>): void
  putStatus(id: string, status: Status): void
  /** These rooms' changes could not be written; they stay in memory and are tried again. Nobody's: all is written. */
  putUnsaved(ids: ReadonlySet<string>): void
  /** The disk got too full for changes, or has room for them again. */
  putReadOnly(isReadOnly: boolean): void
  open(): number
  /** How many are being read, have somebody in them, or are kept for a while after. */
  states(): Record<'loading' | 'used' | 'idle', number>
  /** Whatever is not on disk by then is lost: settle the journal first. */
  close(): void
}

/** How long ending a room waits for a disk that does not take its last strokes. */
const END_MS = 5_000
/** How often it is noted that rooms are in use. */
const USE_MS = 300_000

type Entry = { loading: Promise<Room>; room?: Room; holds: number; idle?: NodeJS.Timeout }

export type RoomsOptions = {
  store: Store
  bus: Bus
  journal: Journal
  coloring: Coloring
  limits: Limits
  log: Log
  disk: () => DiskState
  snapshotEvery?: number
  /** Other servers write to the store too: how often it is looked at what they wrote, whatever the bus says. */
  lookEveryMs?: number
  /** Hears of rooms that are found damaged. */
  onDamaged?(id: string): void
}

export function openRooms(options: RoomsOptions): Rooms {
  const { store, bus, journal, coloring, limits, log, disk, lookEveryMs } = options
  const entries = new Map<string, Entry>()
  const listeners: RoomListener[] = []
  const tell: Required<RoomListener> = {
    opened: (room) => listeners.forEach((listener) => listener.opened?.(room)),
    closed: (room) => listeners.forEach((listener) => listener.closed?.(room)),
    relay: (...args) => listeners.forEach((listener) => listener.relay?.(...args)),
    saved: (...args) => listeners.forEach((listener) => listener.saved?.(...args)),
    refused: (...args) => listeners.forEach((listener) => listener.refused?.(...args)),
    gone(room) {
      room.end()
      drop(room.id)
      tell.access(room)
    },
    caughtUp: (...args) => listeners.forEach((listener) => listener.caughtUp?.(...args)),
    painted: (...args) => listeners.forEach((listener) => listener.painted?.(...args)),
    frame: (...args) => listeners.forEach((listener) => listener.frame?.(...args)),
    status: (...args) => listeners.forEach((listener) => listener.status?.(...args)),
    notice: (...args) => listeners.forEach((listener) => listener.notice?.(...args)),
    writable: (...args) => listeners.forEach((listener) => listener.writable?.(...args)),
    access: (...args) => listeners.forEach((listener) => listener.access?.(...args)),
    link: (...args) => listeners.forEach((listener) => listener.link?.(...args)),
    page: (...args) => listeners.forEach((listener) => listener.page?.(...args)),
    finished: (...args) => listeners.forEach((listener) => listener.finished?.(...args)),
    comment: (...args) => listeners.forEach((listener) => listener.comment?.(...args)),
  }

  /** Notes that these rooms are in use. Where that cannot be written they are used all the same. */
  const use = (ids: readonly string[]) =>
    store.useRooms(ids).catch((error: unknown): ReadonlyMap<string, 'archived' | 'condemned'> => {
      log.warn({ err: error }, 'which rooms are in use could not be noted')
      return new Map()
    })
  const using = setInterval(() => {
    const held = Array.from(entries).flatMap(([id, { holds }]) => (holds > 0 ? [id] : []))
    if (held.length > 0) void use(held)
  }, USE_MS).unref()

  async function load(record: RoomRecord): Promise<Room> {
    const { id } = record
    // Before it is read: from then on nothing of it is archived or deleted.
    const were = await use([id])
    // Before everything else is read: what changes meanwhile is read again.
    const head = lookEveryMs === undefined ? undefined : (await store.heads([id])).get(id)
    const reading = [
      store.log(id),
      store.linePng(id),
      store.guests(id),
      store.finished(id),
      store.comments(id),
    ] as const
    const [entries, linePng, guests, finished, comments] = await Promise.all(reading).catch(
      (error: unknown) => {
        if (faultKindOf(error) !== 'damaged') throw error
        log.error({ room: roomLabel(id), err: error }, 'a room cannot be opened: run `npm run doctor`')
        options.onDamaged?.(id)
        throw new Refusal('room-damaged')
      },
    )
    if (!linePng) throw new Error('a room has no line art')
    if (entries.damagedAt !== undefined) {
      options.onDamaged?.(id)
      log.error(
        { room: roomLabel(id), seq: entries.damagedAt },
        'the log of a room is damaged from here on: run `npm run doctor`',
      )
    }
    const revisions = await openRevisions(store, id, (error) =>
      log.warn({ room: roomLabel(id), err: error }, 'revisions could not be reserved'),
    )
    coloring.open(id, linePng, finished)
    return openRoom({
      record,
      entries,
      guests,
      finished,
      comments,
      store,
      ...(head && { shared: { bus, head } }),
      revisions,
      journal,
      coloring,
      limits,
      tell,
      log,
      isReadOnly: () => disk() === 'read-only',
      wasCondemned: were.get(id) === 'condemned',
      addSnapshot: (...args) => store.addSnapshot(...args),
      ...(options.snapshotEvery !== undefined && { snapshotEvery: options.snapshotEvery }),
    })
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

  function drop(id: string): void {
    const entry = entries.get(id)
    clearTimeout(entry?.idle)
    entries.delete(id)
    if (entry?.room) tell.closed(entry.room)
    entry?.room?.close()
    coloring.forget(id)
  }

  async function unload(id: string, entry: Entry): Promise<void> {
    await entry.room?.saved()
    if (entry.holds === 0) await entry.room?.rest()
    // A hold may have come meanwhile.
    if (entry.holds > 0 || entries.get(id) !== entry) return
    drop(id)
  }

  async function savedSoon(room: Room): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Refusal('not-saved')), END_MS)
    })
    await Promise.race([room.saved(), late]).finally(() => clearTimeout(timer))
  }

  function rest(id: string, entry: Entry): void {
    clearTimeout(entry.idle)
    entry.idle = setTimeout(() => void unload(id, entry), 1000 * limits.idleSeconds).unref()
  }

  /** What other servers wrote, for who missed to be told. */
  async function look(): Promise<void> {
    const open = [...entries.values()].flatMap(({ room }) => room ?? [])
    if (open.length === 0) return
    const heads = await store.heads(open.map(({ id }) => id))
    for (const room of open) if (entries.get(room.id)?.room === room) room.found(heads.get(room.id))
  }
  let isLooking = false
  function lookOnce(): void {
    if (isLooking) return
    isLooking = true
    // The database is away: readiness and the journal say so.
    void look()
      .catch(() => {})
      .finally(() => (isLooking = false))
  }
  const looking = lookEveryMs === undefined ? undefined : setInterval(lookOnce, lookEveryMs).unref()
  if (looking) bus.onConnected(lookOnce)

  const rooms: Rooms = {
    async create({ title, width, height, png, contents }) {
      if (disk() !== 'well') throw new Refusal('disk-full')
      const { record, keys } = newRoom({ title, width, height })
      await store.addRoom(record, png, contents).catch((error: unknown) => {
        throw diskRefusalOf(error)
      })
      return { id: record.id, keys }
    },

    async hold(id) {
      const entry = await entryOf(id)
      if (!entry || entry.room?.isEnded()) return undefined
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

    async end(room) {
      if (room.isEnded()) throw new Refusal('room-not-found')
      const goOn = room.end()
      try {
        await savedSoon(room)
        await store.removeRoom(room.id)
      } catch (error) {
        goOn()
        throw error
      }
      drop(room.id)
      tell.access(room)
    },

    listen: (listener) => void listeners.push(listener),
    putFrame: (id, ...frame) => entries.get(id)?.room?.putFrame(...frame),
    putStatus: (id, status) => entries.get(id)?.room?.putStatus(status),
    putUnsaved(ids) {
      for (const [id, { room }] of entries) room?.putSaving(!ids.has(id))
    },
    putReadOnly(isReadOnly) {
      for (const { room } of entries.values()) {
        if (!room) continue
        if (isReadOnly) tell.notice(room, 'disk-full')
        else tell.writable(room)
      }
    },
    open: () => entries.size,
    states() {
      const states = { loading: 0, used: 0, idle: 0 }
      for (const { room, holds } of entries.values())
        states[room ? (holds > 0 ? 'used' : 'idle') : 'loading']++
      return states
    },

    close() {
      clearInterval(looking)
      clearInterval(using)
      for (const id of [...entries.keys()]) drop(id)
    },
  }
  return rooms
}
