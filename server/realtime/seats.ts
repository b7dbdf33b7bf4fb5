/**
 * Who is in a room, however many sockets they hold: seats are guests, not sockets. Editors and viewers have seats of their own. Those who
 * are there on other servers count too, as far as that is known here.
 */
import type { Guest } from '../../shared/protocol.ts'
import type { Limits } from '../config.ts'

type Seat = { guest: Guest; sockets: number }

export class Seats {
  readonly #rooms = new Map<string, Map<string, Seat>>()
  readonly #limits: Pick<Limits, 'editors' | 'viewers'>

  readonly #elsewhere: (room: string) => readonly Guest[]

  constructor(
    limits: Pick<Limits, 'editors' | 'viewers'>,
    elsewhere: (room: string) => readonly Guest[] = () => [],
  ) {
    this.#limits = limits
    this.#elsewhere = elsewhere
  }

  /** One more socket of a guest. Undefined when the room is full; else whether the guest is new in the room. */
  take(room: string, guest: Guest): 'first' | 'again' | undefined {
    const seats = this.#rooms.get(room)
    const seat = seats?.get(guest.id)
    if (seat) {
      seat.sockets++
      // The newest name and the newest role are the ones shown.
      seat.guest = guest
      return 'again'
    }
    const views = guest.role === 'view'
    const others = this.guests(room)
    const isThere = others.some(({ id }) => id === guest.id)
    const taken = others.filter(({ role }) => (role === 'view') === views).length
    if (!isThere && taken >= (views ? this.#limits.viewers : this.#limits.editors)) return undefined
    if (seats) seats.set(guest.id, { guest, sockets: 1 })
    else this.#rooms.set(room, new Map([[guest.id, { guest, sockets: 1 }]]))
    return 'first'
  }

  /** One socket less; true when it was the guest's last. */
  leave(room: string, guest: string): boolean {
    const seats = this.#rooms.get(room)
    const seat = seats?.get(guest)
    if (!seats || !seat || --seat.sockets > 0) return false
    seats.delete(guest)
    if (seats.size === 0) this.#rooms.delete(room)
    return true
  }

  /** Each guest once in each room. */
  *all(): Generator<Guest> {
    for (const seats of this.#rooms.values()) for (const { guest } of seats.values()) yield guest
  }

  /** Each once; as they are here, where they are here and elsewhere. */
  guests(room: string): Guest[] {
    const all = new Map(this.#elsewhere(room).map((guest) => [guest.id, guest]))
    for (const { guest } of this.#rooms.get(room)?.values() ?? []) {
      all.delete(guest.id)
      all.set(guest.id, guest)
    }
    return [...all.values()]
  }
}
