/**
 * Who is in a room on other servers. Nothing of it is stored: each server tells all of its own members whenever one of them is another
 * than before, and every few seconds; whoever opens the room asks for the others'. A server that was not heard for a while is gone, and
 * its members with it, so whatever is lost on the bus, or stored nowhere, heals by itself.
 */
import type { Guest, Sight } from '../../shared/protocol.ts'
import type { Bus } from '../cluster/bus.ts'

/** One socket of a guest. `follows`: a guest. */
export type Member = { socket: string; guest: Guest; isIdle: boolean; follows: string | null }
/** All of a server's; `spotlight`: the host among them whom everybody is asked to follow. `isAsking`: it wants the others' now. */
export type Members = { members: Member[]; spotlight: string | null; isAsking?: boolean }
/** What one of them sees (Following). */
export type MemberSight = { socket: string; sight: Sight }

export type Others = ReturnType<typeof openOthers>

export type OthersOptions = {
  bus: Bus
  room: string
  own(): Members
  /** A server's members are others than before; it had none, or has none any more. */
  onChange(before: Members | undefined, now: Members | undefined): void
  onSight(seen: MemberSight): void
}

/** After a change: what follows at once is told with it. */
const SOON_MS = 30
/** To be called so often: `beat`. */
export const BEAT_MS = 3_000
/** A server that misses three beats in a row is gone. */
const SILENT_MS = 10_000

export function openOthers({ bus, room, own, onChange, onSight }: OthersOptions) {
  const servers = new Map<string, { members: Members; heardAt: number }>()
  let soon: NodeJS.Timeout | undefined

  const stops = [
    bus.listen(room, 'members', (members, from) => {
      const before = servers.get(from)?.members
      if (members.members.length === 0) servers.delete(from)
      else servers.set(from, { members, heardAt: performance.now() })
      onChange(before, members.members.length === 0 ? undefined : members)
      if (members.isAsking) tell()
    }),
    bus.listen(room, 'sight', onSight),
  ]

  function tell(isAsking = false): void {
    clearTimeout(soon)
    soon = undefined
    bus.tell(room, 'members', { ...own(), ...(isAsking && { isAsking }) })
  }
  tell(true)

  return {
    /** The guests who are elsewhere, each once for every socket. */
    guests: (): Guest[] =>
      [...servers.values()].flatMap(({ members }) => members.members.map(({ guest }) => guest)),
    /** One's own members are others than before. */
    changed(): void {
      soon ??= setTimeout(tell, SOON_MS).unref()
    },
    sees(seen: MemberSight): void {
      if (servers.size > 0) bus.tell(room, 'sight', seen)
    },
    beat(): void {
      const before = performance.now() - SILENT_MS
      for (const [server, { members, heardAt }] of servers) {
        if (heardAt > before) continue
        servers.delete(server)
        onChange(members, undefined)
      }
      tell()
    },
    /** Nobody is in the room here any more. */
    close(): void {
      clearTimeout(soon)
      for (const stop of stops) stop()
      bus.tell(room, 'members', { members: [], spotlight: null })
    },
  }
}
