/**
 * What the guests of each room do together beside painting: following and spotlight, pointing, being idle. Sockets come and go through
 * `enter` and `leave`; what they say of it comes through `handlers`. Nothing of it is stored.
 */
import type { ClientEvents, Guest, Ping, RefusalCode, ServerEvents } from '../../shared/protocol.ts'
import { Following, type Tell } from './following.ts'
import { Idleness } from './idleness.ts'

type Place = { following: Following; idleness: Idleness }
export type Seated = { socket: string; room: string; guest: Guest }

export type TogetherOptions = {
  tell(room: string, ...what: Parameters<Tell>): void
  /** To everybody else in the room. */
  relay(from: Seated, event: 'ping', payload: Parameters<ServerEvents['ping']>[0]): void
  presence(room: string): void
}

type Told = 'ping' | 'follow' | 'sight' | 'spotlight'

export function openTogether({ tell, relay, presence }: TogetherOptions) {
  const places = new Map<string, Place>()

  function placeOf(room: string): Place {
    let place = places.get(room)
    if (!place) {
      place = {
        following: new Following((...what) => tell(room, ...what)),
        idleness: new Idleness(() => presence(room)),
      }
      places.set(room, place)
    }
    return place
  }

  return {
    enter({ socket, room, guest }: Seated): void {
      const { following, idleness } = placeOf(room)
      idleness.enter(socket, guest.id)
      following.enter(socket, guest.id)
    },

    leave({ socket, room }: Seated): void {
      const place = places.get(room)
      place?.idleness.leave(socket)
      place?.following.leave(socket)
      if (place?.following.isEmpty()) places.delete(room)
    },

    /** The guests as everybody is to see them. */
    asSeen(room: string, guests: readonly Guest[]): Guest[] {
      const idleness = places.get(room)?.idleness
      return guests.map((guest) => (idleness?.has(guest.id) ? { ...guest, idle: true } : guest))
    },

    spotlight: (room: string): string | null => places.get(room)?.following.spotlight ?? null,

    /** A hand was on this socket. */
    use: ({ socket, room }: Seated) => places.get(room)?.following.use(socket),

    /** Somebody is at this socket, or nobody is. */
    attend(seated: Seated, isIdle: boolean): void {
      const place = places.get(seated.room)
      place?.idleness.set(seated.socket, isIdle)
      if (!isIdle) place?.following.use(seated.socket)
    },

    handlers: (seated: Seated) =>
      ({
        ping(ping: Ping) {
          places.get(seated.room)?.following.use(seated.socket)
          relay(seated, 'ping', { ...ping, guest: seated.guest.id })
          return undefined
        },
        follow({ guest }) {
          places.get(seated.room)?.following.follow(seated.socket, guest)
          return undefined
        },
        sight(sight) {
          places.get(seated.room)?.following.see(seated.socket, sight)
          return undefined
        },
        spotlight({ on }) {
          if (seated.guest.role !== 'host') return 'role-too-low'
          places.get(seated.room)?.following.light(on ? seated.guest.id : null)
          return undefined
        },
      }) satisfies {
        [Name in Told]: (payload: Parameters<ClientEvents[Name]>[0]) => RefusalCode | undefined
      },
  }
}
