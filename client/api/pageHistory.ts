/** The history of a room as HTTP calls: its versions, who painted what and when, its making. */
import { callRoom, json } from './api.ts'
import type { RoomConnection } from '../connection.ts'

export type Version = {
  id: string
  kind: 'automatic' | 'named' | 'before-restore' | 'before-undo'
  name: string
  /** Empty for the server. */
  guest: string
  /** Milliseconds since 1970. */
  at: number
  strokes: number
}

const ask = (connection: RoomConnection, path: string, init: RequestInit = {}) =>
  connection.withToken((token) => callRoom(connection.room, token, path, init, connection.origin))
const read = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T

/** Newest first. */
export const listVersions = (room: RoomConnection) => read<Version[]>(ask(room, 'versions'))

export const keepVersion = (room: RoomConnection, name: string) =>
  read<Version>(ask(room, 'versions', json({ name })))

export const renameVersion = (room: RoomConnection, id: string, name: string) =>
  read<Version>(ask(room, `versions/${id}`, json({ name }, 'PATCH')))

export async function removeVersion(room: RoomConnection, id: string): Promise<void> {
  await ask(room, `versions/${id}`, { method: 'DELETE' })
}

/** `before`: the version that takes it back. */
export const restoreVersion = (room: RoomConnection, id: string) =>
  read<{ before: string; strokes: number }>(ask(room, `versions/${id}/restore`, { method: 'POST' }))

/** Without `since`: everything. `before`: the version that takes it back. */
export const undoGuest = (room: RoomConnection, guest: string, since: number | undefined) =>
  read<{ removed: number; before?: string }>(
    ask(room, `guests/${encodeURIComponent(guest)}/undo`, json(since === undefined ? {} : { since })),
  )

/** When each stroke was painted, as far as it is known, and what time it is: both by the server's clock. */
export async function strokeTimes(
  room: RoomConnection,
): Promise<{ times: Map<string, number>; now: number }> {
  const answer = await ask(room, 'strokes')
  const now = Date.parse(answer.headers.get('date') ?? '') || Date.now()
  const strokes = (await answer.json()) as { id: string; at: number | null }[]
  return { times: new Map(strokes.flatMap(({ id, at }) => (at === null ? [] : [[id, at] as const]))), now }
}

export const versionThumbnail = (room: RoomConnection, id: string) => room.file(`versions/${id}/thumbnail`)
export const versionPreview = (room: RoomConnection, id: string) => room.file(`versions/${id}/preview`)
/** The page as it is now. */
export const pagePreview = (room: RoomConnection) => room.file('preview')
/** In the form of shared/making.ts. */
export const pageMaking = async (room: RoomConnection) =>
  new Uint8Array(await (await room.file('replay')).arrayBuffer())
