/**
 * What a store promises, whatever database is below: every promise that resolves is durable (on disk, through fsync), every
 * one that rejects changed nothing. `append` is all or nothing. A store knows rooms, line art and opaque updates; it never
 * looks into them. `storeContract.ts` is the suite each store passes.
 */
import type { Role } from '../../shared/protocol.ts'

export type KeyHashes = Readonly<Record<Role, Uint8Array>>

export type RoomRecord = {
  id: string
  title: string
  width: number
  height: number
  /** SHA-256 of each key: the keys themselves are never stored. */
  keyHashes: KeyHashes
}

export type RoomUpdate = { room: string; bytes: Uint8Array }

export type Store = {
  addRoom(room: RoomRecord, linePng: Uint8Array): Promise<void>
  findRoom(id: string): Promise<RoomRecord | undefined>
  linePng(id: string): Promise<Uint8Array | undefined>
  /** A room's updates in the order they were appended. Rejects when one does not match its checksum. */
  updates(id: string): Promise<Uint8Array[]>
  append(updates: readonly RoomUpdate[]): Promise<void>
  /** Reserves `count` revisions that were never reserved before and returns the first; 1 for a new room. */
  reserveRevisions(id: string, count: number): Promise<number>
  /** Resolves when a write has reached the disk. */
  probe(): Promise<void>
  close(): Promise<void>
}
