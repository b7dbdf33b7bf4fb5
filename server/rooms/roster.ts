/**
 * Who may be in an open room, and what they may do there: its locks, the generations of its links, the guests it has had and
 * those put out. Every change is on disk before it counts, one after the other; then `onAccess` or `onPage` hears of it, and whoever
 * holds connections asks `standing` again for each.
 *
 * A link is replaced in one of two ways. Either whoever came by it is out: the generation rises, which revokes every session of
 * an earlier one. Or the old link opens nothing new, but sessions made with it go on, and renew themselves with it.
 */
import { isDeepStrictEqual } from 'node:util'
import { replaceable, type Replaceable } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { GuestRecord, RoomChange, RoomRecord, Store } from '../storage/store.ts'
import { hashOf, newKey } from './access.ts'
import type { Session } from './tokens.ts'

export type Roster = ReturnType<typeof openRoster>

export type RosterOptions = {
  record: RoomRecord
  guests: readonly GuestRecord[]
  store: Pick<Store, 'findRoom' | 'guests' | 'changeRoom' | 'putGuest' | 'removeGuest'>
  /** Something was stored: others are to read it. */
  onStored(): void
  /** The room is going: nothing may be written for it any more. */
  isEnded(): boolean
  /** Somebody may have lost their place. */
  onAccess(): void
  /** `key`: where it was made. */
  onLink(role: Replaceable, key?: string): void
  /** What the page tells about itself is another: locked, or open again. */
  onPage(): void
  /** A guest could not be written down. */
  onFailure(error: unknown): void
}

export function openRoster(options: RosterOptions) {
  const { record, guests, store, isEnded, onStored, onAccess, onLink, onPage, onFailure } = options
  const { id } = record
  let { keyHashes, generations, locked } = record
  const known = new Map(guests.map((guest) => [guest.id, guest]))
  /** Of the last reading: who is gone from it since was forgotten. */
  let stored = new Set(known.keys())
  let last: Promise<unknown> = Promise.resolve()

  /** One change at a time, and the next one whatever became of the one before. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const begin = () => {
      if (isEnded()) throw new Refusal('room-not-found')
      return work()
    }
    const done = last.then(begin)
    last = done.catch(() => {})
    return done
  }

  async function change(news: RoomChange): Promise<void> {
    await store.changeRoom(id, news)
    onStored()
    keyHashes = { ...keyHashes, ...news.keyHashes }
    generations = { ...generations, ...news.generations }
    locked = news.locked ?? locked
  }

  return {
    locked: () => locked,
    guests: (): GuestRecord[] => [...known.values()],

    /** Why a session has no place in the room any more; undefined while it has. */
    standing({ guest, generation }: Session): 'removed' | 'revoked' | undefined {
      if (known.get(guest.id)?.removed) return 'removed'
      return generation === generations[guest.role] ? undefined : 'revoked'
    },

    /** Remembers a guest as they are now. Never rejects: who cannot be written down is a guest all the same. */
    async note({ id: guest, name, color, role }: Session['guest']): Promise<void> {
      const before = known.get(guest)
      if (isEnded()) return
      if (before?.name === name && before.color === color && before.role === role) return
      const now = { id: guest, name, color, role }
      known.set(guest, { ...now, removed: before?.removed ?? false })
      await store.putGuest(id, now).then(onStored, onFailure)
    },

    /** As the store has it now: what is another than here was changed elsewhere. */
    read: () =>
      inTurn(async () => {
        const [record, guests] = await Promise.all([store.findRoom(id), store.guests(id)])
        if (!record) return
        const before = { keyHashes, generations, locked }
        ;({ keyHashes, generations, locked } = record)
        const isNewlyRemoved = guests.some((guest) => guest.removed && !known.get(guest.id)?.removed)
        const there = new Set(guests.map((guest) => guest.id))
        for (const guest of stored) if (!there.has(guest)) known.delete(guest)
        stored = there
        for (const guest of guests) known.set(guest.id, guest)
        if (isNewlyRemoved || replaceable.some((role) => generations[role] !== before.generations[role]))
          onAccess()
        for (const role of replaceable)
          if (!isDeepStrictEqual(keyHashes[role], before.keyHashes[role])) onLink(role)
        if (locked !== before.locked) onPage()
      }),

    lock: (next: boolean) =>
      inTurn(async () => {
        if (next === locked) return
        await change({ locked: next })
        onPage()
      }),

    /** Makes a new link for a role and gives its key, which nobody else will know. */
    renewKey: (role: Replaceable, keepGuests: boolean) =>
      inTurn(async () => {
        const key = newKey()
        const news: RoomChange = { keyHashes: { [role]: hashOf(key) } }
        if (!keepGuests) {
          // Another server may have raised it.
          const stored = (await store.findRoom(id))?.generations[role] ?? 0
          news.generations = { [role]: Math.max(stored, generations[role]) + 1 }
        }
        await change(news)
        if (!keepGuests) onAccess()
        onLink(role, key)
        return key
      }),

    /** Puts a guest out for good. Refused are guests nobody knows, and hosts. */
    remove: (guest: string) =>
      inTurn(async () => {
        const before = known.get(guest)
        if (!before) throw new Refusal('guest-not-found')
        if (before.role === 'host') throw new Refusal('host-stays')
        // Once more: where it could not be written before, there would be nothing to mark as removed.
        await store.putGuest(id, before)
        await store.removeGuest(id, guest)
        onStored()
        known.set(guest, { ...before, ...known.get(guest), removed: true })
        onAccess()
      }),
  }
}
