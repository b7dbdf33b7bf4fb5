/** Rooms and guests as operators name them: by their ids, or by the short hashes of the log. */
import { guestLabel, roomLabel } from '../log.ts'
import type { GuestRecord, Store } from '../storage/store.ts'

/** Rejects with an Error for people when there is none. */
export async function findRoom(store: Pick<Store, 'findRoom' | 'roomUses'>, name: string): Promise<string> {
  if (await store.findRoom(name)) return name
  const found = (await store.roomUses()).find(({ id }) => roomLabel(id) === name)
  if (!found) throw new Error(`there is no room ${name}: "admin rooms" tells which there are.`)
  return found.id
}

export async function findGuest(
  store: Pick<Store, 'guests'>,
  room: string,
  name: string,
): Promise<GuestRecord> {
  const guests = await store.guests(room)
  const found = guests.find(({ id }) => id === name || guestLabel(room, id) === name)
  if (!found)
    throw new Error(`there is no guest ${name} in this room: "admin guests ROOM" tells who was there.`)
  return found
}
