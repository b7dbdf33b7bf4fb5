/**
 * Who may enter a room: three keys, one a role. Only hashes are kept. A room that does not exist costs the same work as a
 * wrong key, so that neither the answer nor its time tells them apart. Who is let in once may be put out again (roster.ts).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { roles, type Role } from '../../shared/protocol.ts'
import type { KeyHashes, RoomRecord } from '../storage/store.ts'

export type Keys = Record<Role, string>

/** 22 characters, 131 bits. None begins with a dash: commands take ids as their arguments. */
function newRoomId(): string {
  const id = randomBytes(17).toString('base64url').slice(0, 22)
  return id.startsWith('-') ? newRoomId() : id
}

export const newKey = () => randomBytes(32).toString('base64url')
export const hashOf = (key: string) => new Uint8Array(createHash('sha256').update(key).digest())

export function newKeys(): { keys: Keys; hashes: KeyHashes } {
  const keys: Keys = { host: newKey(), edit: newKey(), view: newKey() }
  return { keys, hashes: { host: hashOf(keys.host), edit: hashOf(keys.edit), view: hashOf(keys.view) } }
}

/** A room as it begins, with its keys: kept nowhere but with whoever made it. */
export function newRoom(page: Pick<RoomRecord, 'title' | 'width' | 'height'>): {
  record: RoomRecord
  keys: Keys
} {
  const { keys, hashes } = newKeys()
  const generations = { host: 0, edit: 0, view: 0 }
  return { record: { ...page, id: newRoomId(), keyHashes: hashes, generations, locked: false }, keys }
}

const nobodys: KeyHashes = newKeys().hashes

/** The role a key gives, or undefined. Without `hashes` (no such room) never a role. */
export function roleOf(key: string, hashes: KeyHashes | undefined): Role | undefined {
  const hash = hashOf(key)
  let found: Role | undefined
  for (const role of roles) if (timingSafeEqual(hash, (hashes ?? nobodys)[role])) found = role
  return hashes && found
}

/** What a session remembers of the key it was made with: enough to know that key again, too little to enter. */
export const markOf = (key: string) =>
  createHash('sha256').update('session ').update(key).digest('base64url').slice(0, 22)

/** Compares two secrets in constant time. */
export const sameSecret = (a: string, b: string) => timingSafeEqual(hashOf(a), hashOf(b))
