/**
 * Everything of a room that goes into its .nurie file, as the store has it: read here, put together in the image process
 * (nurieOf.ts). Nothing of it opens a room: no keys, no tokens, no claims.
 */
import type { Room } from '../rooms/room.ts'
import type {
  CommentRecord,
  FinishedRecord,
  GuestRecord,
  Snapshot,
  Store,
  VersionRecord,
} from '../storage/store.ts'
import { joinedLog } from './readMaking.ts'
import type { Moment } from './steps.ts'

export type WholeRoom = {
  title: string
  width: number
  height: number
  savedAt: number
  linePng: Uint8Array
  /** The page as it is. */
  document: Uint8Array
  /** How it came to be, as far as it is known and not too much. */
  moments: readonly Moment[]
  /** Oldest first; those at no number of `moments` cannot be told. */
  versions: readonly (VersionRecord & { thumbnail: Uint8Array })[]
  finished: readonly FinishedRecord[]
  comments: readonly CommentRecord[]
  guests: readonly Pick<GuestRecord, 'id' | 'name' | 'color'>[]
}

type Reading = Pick<
  Store,
  'linePng' | 'entries' | 'log' | 'versions' | 'version' | 'thumbnail' | 'finished' | 'comments'
>

/** Bytes of a log that is not too long to be told, and of documents beside it. */
const MAKING_BYTES = 8 * 1024 * 1024

export async function readWhole(store: Reading, room: Room): Promise<WholeRoom> {
  const { id } = room
  const { title, width, height } = room.info()
  const guests = room.roster.guests()
  // First what is there; the rest is read up to its number.
  const { bytes: document, seq } = await room.snapshot()
  const [linePng, all, finished, comments] = await Promise.all([
    store.linePng(id),
    store.versions(id),
    store.finished(id),
    store.comments(id),
  ])
  if (!linePng) throw new Error('a room has no line art')
  const versions = all.filter((version) => version.seq <= seq).reverse()
  const thumbnails = await Promise.all(versions.map((version) => store.thumbnail(id, version.id)))
  return {
    title,
    width,
    height,
    savedAt: Date.now(),
    linePng,
    document,
    moments: await momentsOf(store, id, versions, seq),
    versions: versions.map((version, i) => ({ ...version, thumbnail: thumbnails[i] ?? new Uint8Array() })),
    finished,
    comments,
    guests: guests.map(({ id, name, color }) => ({ id, name, color })),
  }
}

/** The documents of versions older than the log, then the log. */
async function momentsOf(
  store: Reading,
  room: string,
  versions: readonly VersionRecord[],
  seq: number,
): Promise<Moment[]> {
  const { base, entries } = await joinedLog(store, room)
  const log = entries.filter((entry) => entry.seq <= seq)
  const isSane =
    [...log, ...(base ? [base] : [])].reduce((sum, { bytes }) => sum + bytes.length, 0) <= MAKING_BYTES
  const first = base?.seq ?? 0
  const older = isSane ? versions.filter((version) => version.seq <= first && base !== undefined) : versions
  const documents = await documentsOf(store, room, older)
  if (!isSane) return documents
  const updates = log.map(({ seq, at, bytes }): Moment => ({ seq, at, update: bytes }))
  if (!base || documents.at(-1)?.seq === base.seq) return [...documents, ...updates]
  // When it was so is not known better.
  const at = log[0]?.at ?? Date.now()
  return [...documents, { seq: base.seq, at, document: base.bytes }, ...updates]
}

/** The newest of them, as many as are not too much together. */
async function documentsOf(
  store: Reading,
  room: string,
  versions: readonly VersionRecord[],
): Promise<Moment[]> {
  const moments: Moment[] = []
  let left = MAKING_BYTES
  for (const { id, seq, at } of versions.toReversed()) {
    const snapshot: Snapshot | undefined = await store.version(room, id)
    if (!snapshot || (left -= snapshot.bytes.length) < 0) continue
    moments.unshift({ seq, at, document: snapshot.bytes })
  }
  return moments
}
