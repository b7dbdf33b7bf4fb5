/**
 * Everything of a room that goes into its .nurie file, as the store has it: read here, put together in the export process
 * (nurieOf.ts). Nothing of it opens a room: no keys, no tokens, no claims.
 */
import { encodeMaking } from '../../shared/making.ts'
import type { Room } from '../rooms/room.ts'
import type {
  CommentRecord,
  FinishedRecord,
  GuestRecord,
  Snapshot,
  Store,
  VersionRecord,
} from '../storage/store.ts'
import { joinedLog } from '../history/readMaking.ts'
import type { Moment } from './steps.ts'

export type WholeRoom = {
  title: string
  width: number
  height: number
  savedAt: number
  linePng: Uint8Array
  /** The page as it is. */
  document: Uint8Array
  /** How it came to be, as far as it is known and not too much: documents it was, and the log after the last of them. */
  documents: readonly Moment[]
  /** In one piece (shared/making.ts), numbered on from `from`. */
  log: { from: number; making: Uint8Array }
  /** Whether that is all of it. */
  isMakingWhole: boolean
  /** Oldest first; those at no number of these cannot be told. */
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

/** What is read of an open room; of one that is not open the store tells it. */
export type Readable = Pick<Room, 'id' | 'info' | 'snapshot'> & { roster: Pick<Room['roster'], 'guests'> }

export async function readWhole(store: Reading, room: Readable): Promise<WholeRoom> {
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
    ...(await historyOf(store, id, versions, seq)),
    versions: versions.map((version, i) => ({ ...version, thumbnail: thumbnails[i] ?? new Uint8Array() })),
    finished,
    comments,
    guests: guests.map(({ id, name, color }) => ({ id, name, color })),
  }
}

/** The documents of versions older than the log, then the log. */
async function historyOf(
  store: Reading,
  room: string,
  versions: readonly VersionRecord[],
  seq: number,
): Promise<Pick<WholeRoom, 'documents' | 'log' | 'isMakingWhole'>> {
  const { base, entries } = await joinedLog(store, room)
  const steps = entries.filter((entry) => entry.seq <= seq)
  const bytes = [...steps, ...(base ? [base] : [])].reduce((sum, { bytes }) => sum + bytes.length, 0)
  if (bytes > MAKING_BYTES) {
    const documents = await documentsOf(store, room, versions)
    return { documents, log: { from: Infinity, making: encodeMaking({ steps: [] }) }, isMakingWhole: false }
  }
  const from = (base?.seq ?? 0) + 1
  const documents = base
    ? await documentsOf(
        store,
        room,
        versions.filter((version) => version.seq < from),
      )
    : []
  // When the log's beginning was so is not known better.
  if (base && documents.at(-1)?.seq !== base.seq)
    documents.push({ seq: base.seq, at: steps[0]?.at ?? Date.now(), document: base.bytes })
  return { documents, log: { from, making: encodeMaking({ steps }) }, isMakingWhole: true }
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
