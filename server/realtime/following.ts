/**
 * Who in one room sees what whom sees: followers, the sights of those they follow, and a host's spotlight. Knows sockets by id, and
 * says what is to be told to whom.
 *
 * A guest follows with one socket at a time of their own choice; a followed guest's sight is that of the socket they used last. Nobody
 * follows in a circle: whoever would be followed by the one they follow is let go, the newest wish counts.
 */
import type { ServerEvents, Sight } from '../../shared/protocol.ts'

/** `to`: a guest's id, for all of their sockets, a socket's id, or everybody. */
export type To = { guest: string } | { socket: string } | 'all'
export type Tell = <Name extends 'sight' | 'followers' | 'unfollowed' | 'spotlight'>(
  to: To,
  event: Name,
  payload: Parameters<ServerEvents[Name]>[0],
) => void

type Member = { guest: string; follows: string | null; sight: Sight | undefined }

export class Following {
  readonly #tell: Tell
  readonly #members = new Map<string, Member>()
  /** By guest: the socket they used last. */
  readonly #used = new Map<string, string>()
  #spotlight: string | null = null

  constructor(tell: Tell) {
    this.#tell = tell
  }

  enter(socket: string, guest: string): void {
    this.#members.set(socket, { guest, follows: null, sight: undefined })
    this.#used.set(guest, socket)
    const followers = this.#followersOf(guest)
    if (followers.length > 0) this.#tell({ socket }, 'followers', { guests: followers })
  }

  leave(socket: string): void {
    const member = this.#members.get(socket)
    if (!member) return
    this.#members.delete(socket)
    if (member.follows !== null) this.#changed(member.follows)
    const { guest } = member
    const another = [...this.#members].find(([, other]) => other.guest === guest)
    if (another) {
      if (this.#used.get(guest) === socket) this.use(another[0])
      return
    }
    this.#used.delete(guest)
    for (const [id, other] of this.#members) if (other.follows === guest) this.#letGo(id, other, 'left')
    if (this.#spotlight === guest) this.light(null)
  }

  /** The guest's hand was on this socket. */
  use(socket: string): void {
    const member = this.#members.get(socket)
    if (!member || this.#used.get(member.guest) === socket) return
    this.#used.set(member.guest, socket)
    if (member.sight) this.#show(member.guest, member.sight)
  }

  /** Who is not there (any more) is not followed; nobody follows themselves. */
  follow(socket: string, guest: string | null): void {
    const member = this.#members.get(socket)
    if (!member || member.follows === guest) return
    const before = member.follows
    member.follows = null
    if (before !== null) this.#changed(before)
    if (guest === null || guest === member.guest) return
    if (!this.#used.has(guest)) return this.#tell({ socket }, 'unfollowed', { guest, why: 'left' })
    this.#openCircle(guest, member.guest)
    member.follows = guest
    this.#changed(guest)
    const sight = this.#sightOf(guest)
    if (sight) this.#tell({ socket }, 'sight', { guest, ...sight })
  }

  /** Nobody hears of it who does not follow. The first of a socket only answers that it is wanted; the next ones are a hand's. */
  see(socket: string, sight: Sight): void {
    const member = this.#members.get(socket)
    if (!member || this.#followersOf(member.guest).length === 0) return
    const moved = member.sight !== undefined
    member.sight = sight
    if (moved) this.#used.set(member.guest, socket)
    if (this.#used.get(member.guest) === socket) this.#show(member.guest, sight)
  }

  /** Everybody is to follow `host`, from now on whoever joins too. */
  light(host: string | null): void {
    if (this.#spotlight === host) return
    this.#spotlight = host
    this.#tell('all', 'spotlight', { guest: host })
  }

  /** Whether a guest is there. */
  has(guest: string): boolean {
    return this.#used.has(guest)
  }

  /** Whom a socket follows. */
  followedBy(socket: string): string | null {
    return this.#members.get(socket)?.follows ?? null
  }

  get spotlight(): string | null {
    return this.#spotlight
  }

  #sightOf(guest: string): Sight | undefined {
    const own = this.#members.get(this.#used.get(guest) ?? '')
    return own?.sight ?? [...this.#members.values()].find((each) => each.guest === guest && each.sight)?.sight
  }

  #show(guest: string, sight: Sight): void {
    for (const [socket, { follows }] of this.#members) {
      if (follows === guest) this.#tell({ socket }, 'sight', { guest, ...sight })
    }
  }

  #followersOf(guest: string): string[] {
    const followers = new Set<string>()
    for (const member of this.#members.values()) if (member.follows === guest) followers.add(member.guest)
    return [...followers]
  }

  #changed(guest: string): void {
    const guests = this.#followersOf(guest)
    if (guests.length === 0) {
      for (const member of this.#members.values()) if (member.guest === guest) member.sight = undefined
    }
    this.#tell({ guest }, 'followers', { guests })
  }

  #letGo(socket: string, member: Member, why: 'left' | 'follows'): void {
    const guest = member.follows!
    member.follows = null
    this.#tell({ socket }, 'unfollowed', { guest, why })
  }

  /** Before `guest` is followed by `by`: whoever `guest` follows, or they in turn, no longer follows `by`. */
  #openCircle(guest: string, by: string): void {
    const reached = new Set([guest])
    for (const each of reached) {
      for (const { guest: other, follows } of this.#members.values()) {
        if (other === each && follows !== null && follows !== by) reached.add(follows)
      }
    }
    let opened = false
    for (const [socket, member] of this.#members) {
      if (member.follows !== by || !reached.has(member.guest)) continue
      this.#letGo(socket, member, 'follows')
      opened = true
    }
    if (opened) this.#changed(by)
  }
}
