/**
 * What a store promises, whatever database is below: every promise that resolves is durable (on disk, through fsync), every
 * one that rejects (with a StoreFault) changed nothing. `append` is all or nothing. A store knows rooms, their guests, line art and opaque
 * updates; it never looks into them. `storeContract.fixture.ts` is the suite each store passes.
 *
 * Several servers may write to one store at once (storage/postgres/). An append looks at the clocks that its updates go on from, in
 * the transaction that adds them: who was overtaken in a Yjs client's own history gets `behind`, reads what is new and tries again. So
 * the log is one history, and every server that reads it up to a number has the same page.
 *
 * The log of a room is the truth about its page: updates numbered from 1 without holes. A snapshot is the page as the log up to
 * its number makes it, so that a load need not begin at the beginning; a version is a snapshot that is kept and has a name.
 */
import type { PageComment, Role } from '../../shared/protocol.ts'

export type KeyHashes = Readonly<Record<Role, Uint8Array>>

export type RoomRecord = {
  id: string
  title: string
  width: number
  height: number
  /** SHA-256 of each key: the keys themselves are never stored. */
  keyHashes: KeyHashes
  /** How often each role's link was replaced: sessions made with an earlier one are revoked. */
  generations: Readonly<Record<Role, number>>
  /** Nobody paints. */
  locked: boolean
}

/** What is not named stays as it is, role by role: another server may have changed it. */
export type RoomChange = Partial<Pick<RoomRecord, 'title' | 'locked'>> & {
  [Name in 'keyHashes' | 'generations']?: Partial<RoomRecord[Name]>
}

/** Somebody who has been in a room. */
export type GuestRecord = {
  id: string
  name: string
  color: string
  role: Role
  /** Put out by the host: does not come in again. */
  removed: boolean
}

export type RoomUpdate = {
  room: string
  bytes: Uint8Array
  /** Whose it is; empty for what the server itself does for a host. */
  guest: string
  /** Yjs clients that belong to this guest from now on. Refused as `behind` when one is another's by now. */
  claims?: readonly number[]
  /** How far it takes each Yjs client whose structs it brings. Refused as `behind` when the log has got elsewhere meanwhile. */
  clocks?: readonly ClockStep[]
}

/** Of one Yjs client: its structs with clocks from `from` on, up to below `to`. */
export type ClockStep = { client: number; from: number; to: number }

/** How far a room is: the number of its last entry, and how often what else is stored of it (all but its versions) was changed. */
export type Head = { seq: number; changes: number }

export type LogEntry = {
  seq: number
  /** Milliseconds since 1970. */ at: number
  guest: string
  bytes: Uint8Array
}

/** The whole document (a Yjs update) as the log up to `seq` makes it. */
export type Snapshot = { seq: number; bytes: Uint8Array }

/** Beyond so much of a room's log its oldest entries may go. */
export type LogBounds = { entries: number; bytes: number }

export type RoomLog = {
  /** The newest one that is undamaged. */
  snapshot?: Snapshot
  /** What follows the snapshot, in order, up to the first that is damaged. */
  entries: LogEntry[]
  /** The number of the first entry that does not match its checksum or is missing: the page is known up to there only. */
  damagedAt?: number
  /** The guest of each Yjs client. */
  claims: ReadonlyMap<number, string>
}

export type VersionRecord = {
  id: string
  /** Made by the server by itself, or by a guest who gave it a name, or before a restore or before a guest's strokes were undone. */
  kind: 'automatic' | 'named' | 'before-restore' | 'before-undo'
  name: string
  /** Who made it; empty for the server. */
  guest: string
  seq: number
  at: number
  /** How many it holds. */
  strokes: number
}

/** A finished region: where it was pressed, by whom, and how it looked, as the colorist cut it out. */
export type FinishedRecord = {
  id: string
  guest: string
  /** In 1/8 page pixels, as a fill's. */
  x: number
  y: number
  gap: number
  at: number
  /** Where the pictures lie at the networks' size. */
  left: number
  top: number
  /** PNG, opaque within the region. */
  picture: Uint8Array
  flats: Uint8Array
}

/** As in protocol.ts; `guest` is who wrote it. */
export type CommentRecord = Omit<PageComment, 'by'> & { guest: string }

/** What a room brings along that was one before: a log of its own, numbered from 1, and what goes with it. */
export type RoomContents = {
  guests: readonly Omit<GuestRecord, 'removed'>[]
  entries: readonly Omit<LogEntry, 'seq'>[]
  claims: ReadonlyMap<number, string>
  /** To load from. */
  snapshot: Snapshot
  versions: readonly { version: VersionRecord; snapshot: Snapshot; thumbnail: Uint8Array }[]
  finished: readonly FinishedRecord[]
  comments: readonly CommentRecord[]
}

/** How a room is kept. Times are milliseconds since 1970. */
export type RoomUse = {
  id: string
  title: string
  createdAt: number
  /** When somebody was last in it, give or take some minutes. */
  usedAt: number
  /** Since when only what opening it needs is kept. */
  archivedAt?: number
  /** Since when it is to be deleted after a grace. */
  condemnedAt?: number
}

/** What a room takes: bytes of its line art, log, snapshots and versions. */
export type RoomSize = { bytes: number; entries: number; guests: number }

/** Of the whole store: the bytes of its files or database, and the rooms by how they are kept. */
export type StoreUse = { bytes: number; kept: number; archived: number; condemned: number }

export type Store = {
  /** With all of `contents`, or nothing at all. */
  addRoom(room: RoomRecord, linePng: Uint8Array, contents?: RoomContents): Promise<void>
  findRoom(id: string): Promise<RoomRecord | undefined>
  changeRoom(id: string, change: RoomChange): Promise<void>
  /** Removes a room and everything of it. */
  removeRoom(id: string): Promise<void>
  /** Rejects as `damaged` when it is not what was stored. */
  linePng(id: string): Promise<Uint8Array | undefined>

  /** Keeps a guest's newest name, color and role; who was removed stays removed. */
  putGuest(room: string, guest: Omit<GuestRecord, 'removed'>): Promise<void>
  removeGuest(room: string, guest: string): Promise<void>
  guests(room: string): Promise<GuestRecord[]>

  /** Everything the page is made of. */
  log(room: string): Promise<RoomLog>
  /**
   * Gives the number of each entry. Rejects, all of it, when a room is not there or is further than its updates know (`behind`). Where
   * a connection broke nobody knows whether it is there: who tries again gives the same objects, and gets the numbers they have.
   */
  append(updates: readonly RoomUpdate[]): Promise<number[]>
  /** How far each of these rooms is; those that are not there are left out. Cheap: it is asked all the time. */
  heads(rooms: readonly string[]): Promise<ReadonlyMap<string, Head>>
  /** All entries that are still there from `seq` on. */
  entries(room: string, from: number): Promise<LogEntry[]>
  /**
   * Keeps a snapshot to load from; of those that are no versions' the newest three stay. Entries stay as the room's history,
   * until there are more than the store's bounds: then the oldest go that a kept snapshot holds.
   */
  addSnapshot(room: string, snapshot: Snapshot): Promise<void>

  addVersion(room: string, version: VersionRecord, snapshot: Snapshot, thumbnail: Uint8Array): Promise<void>
  /** Newest first. */
  versions(room: string): Promise<VersionRecord[]>
  version(room: string, id: string): Promise<Snapshot | undefined>
  thumbnail(room: string, id: string): Promise<Uint8Array | undefined>
  changeVersion(room: string, id: string, change: Pick<VersionRecord, 'kind' | 'name'>): Promise<void>
  /** Its snapshot goes too, unless it is kept for something else. */
  removeVersion(room: string, id: string): Promise<void>

  addFinished(room: string, region: FinishedRecord): Promise<void>
  removeFinished(room: string, id: string): Promise<void>
  /** Oldest first; what is damaged is left out. */
  finished(room: string): Promise<FinishedRecord[]>

  /** Keeps a comment as it is now. */
  putComment(room: string, comment: CommentRecord): Promise<void>
  /** With those that answer it. */
  removeComment(room: string, id: string): Promise<void>
  /** Oldest first. */
  comments(room: string): Promise<CommentRecord[]>

  /** All rooms, the one used last first. */
  roomUses(): Promise<RoomUse[]>
  /** Reads what each room takes: slow where there are many. */
  roomSizes(): Promise<ReadonlyMap<string, RoomSize>>
  use(): Promise<StoreUse>
  /** Somebody is in these rooms now: they are neither archived nor condemned from now on. Gives what they were until then. */
  useRooms(ids: readonly string[]): Promise<ReadonlyMap<string, 'archived' | 'condemned'>>
  /**
   * Keeps only what opening the room needs: this snapshot, which is the page as it is, and the versions that people named. False, and
   * nothing changed, when it was used after `usedAt` or is further than the snapshot.
   */
  archiveRoom(id: string, snapshot: Snapshot, usedAt: number, at: number): Promise<boolean>
  /** False when it was used after `usedAt`. */
  condemnRoom(id: string, usedAt: number, at: number): Promise<boolean>
  /** Removes a room as `removeRoom` does; false when it was used since it was condemned, at `condemnedAt`. */
  removeCondemned(id: string, condemnedAt: number): Promise<boolean>
  /** Deletes a guest's name, color and comments (one that others answered is emptied), and their name from all they made. */
  forgetGuest(room: string, guest: string): Promise<void>
  /** Every room's next revision is larger than all that were ever reserved, also after what this store is a copy of. */
  skipRevisions(count: number): Promise<void>

  /** Reserves `count` revisions that were never reserved before and returns the first; 1 for a new room. */
  reserveRevisions(id: string, count: number): Promise<number>
  /** The last revision that was reserved; 0 for a new room. */
  reservedRevisions(id: string): Promise<number>
  /** Resolves when a write has reached the disk. */
  probe(): Promise<void>
  close(): Promise<void>
}
