/** Finished regions as HTTP calls; all there are come as an event (connection.ts). */
import type { FinishedRegion } from '../../shared/protocol.ts'
import { callRoom, json } from './api.ts'
import type { RoomConnection } from '../connection.ts'

const ask = (connection: RoomConnection, path: string, init: RequestInit) =>
  connection.withToken((token) => callRoom(connection.room, token, path, init, connection.origin))

/** Finishes the region around a place, with gaps of `gap` closed, in 1/8 page pixels. */
export async function finishRegion(
  room: RoomConnection,
  place: { x: number; y: number; gap: number },
): Promise<void> {
  await ask(room, 'finished', json(place))
}

export async function unlockRegion(room: RoomConnection, { id }: FinishedRegion): Promise<void> {
  await ask(room, `finished/${id}`, { method: 'DELETE' })
}

/** PNG, opaque within the region; it never changes. */
export const finishedPicture = (room: RoomConnection, id: string, colors: 'refined' | 'flats') =>
  room.file(`finished/${id}/picture?colors=${colors}`)
