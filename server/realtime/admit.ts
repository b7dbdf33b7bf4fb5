/** The door of everything in a room, both channels' and HTTP's: a token for it that is still good there, and the room, held open. */
import { Refusal } from '../../shared/refusal.ts'
import type { Guest } from '../../shared/protocol.ts'
import type { Hold, Rooms } from '../rooms/rooms.ts'
import type { Session, Tokens } from '../rooms/tokens.ts'

export type Admitted = Hold & { session: Session; guest: Guest }
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
    // What was changed on another server counts here too. When the store cannot be read, what is known is as good as can be.
    await hold.room.catchUp().catch(() => {})
    const refused = hold.room.standing(session)
    if (refused) {
      hold.release()
      throw new Refusal(refused)
    }
    return { ...hold, session, guest: session.guest }
  }
}
