/**
 * What the guests of each room do together beside painting: who is there, following and spotlight, pointing, being idle. Sockets come and
 * go through `enter` and `leave`; what they say of it comes through `handlers`. Those of other servers take part all the same, as
 * others.ts tells of them; each server tells its own sockets only. Nothing of it is stored.
 */
import type { ClientEvents, Guest, Ping, RefusalCode, ServerEvents } from '../../shared/protocol.ts'
import type { Bus } from '../cluster/bus.ts'
import { Following, type Tell } from './following.ts'
import { Idleness } from './idleness.ts'
import { BEAT_MS, openOthers, type Members, type Others } from './others.ts'

type Place = {
  following: Following
  idleness: Idleness
  /** By socket: who is here, on this server. */
  own: Map<string, Guest>
  others: Others
}
export type Seated = { socket: string; room: string; guest: Guest }

export type TogetherOptions = {
  bus: Bus
  /** To this server's sockets. */
  tell(room: string, ...what: Parameters<Tell>): void
  /** To everybody else in the room, on every server. */
  relay(from: Seated, event: 'ping', payload: Parameters<ServerEvents['ping']>[0]): void
  /** To this server's sockets: who is there, or is idle, changed. */
  presence(room: string): void
}

type Told = 'ping' | 'follow' | 'sight' | 'spotlight'

export function openTogether({ bus, tell, relay, presence }: TogetherOptions) {
  const places = new Map<string, Place>()
  const beating = setInterval(() => {
    for (const { others } of places.values()) others.beat()
  }, BEAT_MS).unref()
  bus.onConnected(() => {
    for (const { others } of places.values()) others.beat()
  })

  function placeOf(room: string): Place {
    const known = places.get(room)
    if (known) return known
    const following = new Following((...what) => tell(room, ...what))
    const idleness = new Idleness(() => presence(room))
    const own = new Map<string, Guest>()
    const others = openOthers({
      bus,
      room,
      own: () => ({
        members: Array.from(own, ([socket, guest]) => ({
          socket,
          guest,
          isIdle: idleness.isIdle(socket),
          follows: following.followedBy(socket),
        })),
        spotlight: [...own.values()].some(({ id }) => id === following.spotlight)
          ? following.spotlight
          : null,
      }),
      onChange(before, now) {
        follow(place, before, now)
        presence(room)
      },
      onSight: ({ socket, sight }) => following.see(socket, sight),
    })
    const place: Place = { following, idleness, own, others }
    places.set(room, place)
    return place
  }

  /** The members of another server become what it says they are. */
  function follow(
    { following, idleness }: Place,
    before: Members | undefined,
    now: Members | undefined,
  ): void {
    const known = new Set(before?.members.map(({ socket }) => socket))
    const there = new Set(now?.members.map(({ socket }) => socket))
    for (const socket of known) {
      if (there.has(socket)) continue
      idleness.leave(socket)
      following.leave(socket)
    }
    for (const { socket, guest } of now?.members ?? []) {
      if (known.has(socket)) continue
      idleness.enter(socket, guest.id)
      following.enter(socket, guest.id)
    }
    // What it said before is no new wish: newer ones from elsewhere may have ended it.
    const wishes = new Map(before?.members.map(({ socket, follows }) => [socket, follows]))
    for (const member of now?.members ?? []) {
      const { socket, isIdle, follows } = member
      const was = wishes.get(socket) ?? null
      idleness.set(socket, isIdle)
      if (follows === was) continue
      // Of somebody not heard of yet it is tried again with the next message.
      if (follows === null || following.has(follows)) following.follow(socket, follows)
      else member.follows = was
    }
    const [was, is] = [before?.spotlight ?? null, now?.spotlight ?? null]
    if (is === was) return
    if (is !== null) following.light(is)
    else if (following.spotlight === was) following.light(null)
  }

  return {
    enter({ socket, room, guest }: Seated): void {
      const { following, idleness, own, others } = placeOf(room)
      own.set(socket, guest)
      idleness.enter(socket, guest.id)
      following.enter(socket, guest.id)
      others.changed()
    },

    leave({ socket, room }: Seated): void {
      const place = places.get(room)
      if (!place?.own.delete(socket)) return
      place.idleness.leave(socket)
      place.following.leave(socket)
      if (place.own.size > 0) return place.others.changed()
      place.others.close()
      places.delete(room)
    },

    /** Who is in the room on other servers; each as often as they have sockets there. */
    elsewhere: (room: string): readonly Guest[] => places.get(room)?.others.guests() ?? [],

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
      place?.others.changed()
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
          const place = places.get(seated.room)
          place?.following.follow(seated.socket, guest)
          place?.others.changed()
          return undefined
        },
        sight(sight) {
          const place = places.get(seated.room)
          place?.following.see(seated.socket, sight)
          place?.others.sees({ socket: seated.socket, sight })
          return undefined
        },
        spotlight({ on }) {
          if (seated.guest.role !== 'host') return 'role-too-low'
          const place = places.get(seated.room)
          place?.following.light(on ? seated.guest.id : null)
          place?.others.changed()
          return undefined
        },
      }) satisfies {
        [Name in Told]: (payload: Parameters<ClientEvents[Name]>[0]) => RefusalCode | undefined
      },

    close(): void {
      clearInterval(beating)
      for (const { others } of places.values()) others.close()
      places.clear()
    },
  }
}
