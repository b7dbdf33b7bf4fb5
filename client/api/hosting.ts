/** What a host may do to a room, as HTTP calls (DESIGN 3.2); the list of guests is for everybody in it. */
import type { Guest, Replaceable } from '../../shared/protocol.ts'
import { callRoom, json, type RoomKeys } from './api.ts'
import type { RoomConnection } from '../connection.ts'

/** Somebody who has been in the room. */
export type PastGuest = Guest & { here: boolean; removed: boolean }

const ask = (connection: RoomConnection, path: string, init: RequestInit = {}) =>
  connection.withToken((token) => callRoom(connection.room, token, path, init, connection.origin))

export const listGuests = async (room: RoomConnection) =>
  (await (await ask(room, 'guests')).json()) as PastGuest[]

export async function lockPage(room: RoomConnection, locked: boolean): Promise<void> {
  await ask(room, '', json({ locked }, 'PATCH'))
}

/** `keepGuests`: who came by the old link stays. Gives the new key. */
export async function renewLink(room: RoomConnection, rotate: Replaceable, keepGuests: boolean) {
  const answer = await ask(room, 'keys', json({ rotate, keepGuests }))
  return ((await answer.json()) as { keys: Partial<RoomKeys> }).keys
}

export async function removeGuest(room: RoomConnection, guest: string): Promise<void> {
  await ask(room, `guests/${encodeURIComponent(guest)}`, { method: 'DELETE' })
}

export async function endRoom(room: RoomConnection): Promise<void> {
  await ask(room, '', { method: 'DELETE' })
}
