/** Comments as HTTP calls; each change comes as an event too (connection.ts). */
import { callRoom, json } from './api.ts'
import type { CommentList } from '../commentList.ts'
import type { RoomConnection } from '../connection.ts'

const ask = (connection: RoomConnection, path: string, init: RequestInit = {}) =>
  connection.withToken((token) =>
    callRoom(connection.room, token, `comments${path}`, init, connection.origin),
  )

export const listComments = async (room: RoomConnection) =>
  (await (await ask(room, '')).json()) as CommentList

/** At a place in 1/8 page pixels, or on a comment. */
export async function writeComment(
  room: RoomConnection,
  about: { x: number; y: number } | { on: string },
  text: string,
): Promise<void> {
  await ask(room, '', json({ ...about, text }))
}

export async function rewriteComment(room: RoomConnection, id: string, text: string): Promise<void> {
  await ask(room, `/${id}`, json({ text }, 'PATCH'))
}

export async function resolveComment(room: RoomConnection, id: string, resolved: boolean): Promise<void> {
  await ask(room, `/${id}`, json({ resolved }, 'PATCH'))
}

export async function deleteComment(room: RoomConnection, id: string): Promise<void> {
  await ask(room, `/${id}`, { method: 'DELETE' })
}
