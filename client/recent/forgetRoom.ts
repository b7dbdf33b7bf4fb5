import { roomCopies } from '../own/roomCopies.ts'
import { recentRooms } from './recentRooms.ts'

/** This device no longer lists the room nor opens it without a network. What its person did there and is not saved yet stays. */
export async function forgetRoom(room: string): Promise<void> {
  await Promise.all([recentRooms().forget(room), roomCopies().forget(room)])
}
