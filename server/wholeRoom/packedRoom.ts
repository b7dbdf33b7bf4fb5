/** A room on its way from the image process: the thousands of entries of its log in one piece, which costs little to send. */
import { decodeMaking } from '../../shared/making.ts'
import { SERVER } from '../rooms/claims.ts'
import type { NewPage } from '../rooms/rooms.ts'
import type { RoomContents } from '../storage/store.ts'

/** `log`: as shared/making.ts writes it; all of it is the server's own. */
export type PackedRoom = Omit<NewPage, 'contents'> & {
  contents: Omit<RoomContents, 'entries'> & { log: Uint8Array }
}
export type ImportedRoom = NewPage & { contents: RoomContents }

export function unpackedRoom({ contents: { log, ...contents }, ...page }: PackedRoom): ImportedRoom {
  const entries = decodeMaking(log).steps.map((step) => ({ ...step, guest: SERVER }))
  return { ...page, contents: { ...contents, entries } }
}
