/** The door both channels share: a token for this room, and the room itself, held open. */
import type { Guest } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { Hold, Rooms } from '../rooms/rooms.ts'
import type { Tokens } from '../rooms/tokens.ts'

export type Admitted = Hold & { guest: Guest }
export type Admit = (room: string, token: string | undefined) => Promise<Admitted>

/** Rejects with a Refusal. The token is looked at first: without a good one nobody learns which rooms there are. */
export function openAdmission(tokens: Tokens, rooms: Rooms): Admit {
  return async (id, token) => {
    if (!token) throw new Refusal('no-token')
    const session = await tokens.read(token)
    if (typeof session === 'string') throw new Refusal(session)
    if (session.room !== id) throw new Refusal('room-not-found')
    const hold = await rooms.hold(id)
    if (!hold) throw new Refusal('room-not-found')
    return { ...hold, guest: session.guest }
  }
}
