/**
 * The versions of each room: the page at a moment, kept as a snapshot of its log with a name and a small picture. People keep named
 * ones, up to a number; those the server keeps by itself are thinned out when they get many. What is given back is on disk.
 */
import { randomUUID } from 'node:crypto'
import { Refusal, refusalCodeOf } from '../../shared/refusal.ts'
import { limits } from '../../shared/limits.ts'
import { roomLabel, type Log } from '../log.ts'
import type { Room } from '../rooms/room.ts'
import type { Snapshot, Store, VersionRecord } from '../storage/store.ts'
import type { VersionPictures } from './pictures.ts'
import { surplus } from './surplus.ts'

/** Versions that the server keeps by itself, and how many of the newest are not thinned out. */
const AUTOMATIC = 50
const RECENT = 20
/** Whoever asks does not wait longer for a disk that takes no writes. */
const DISK_MS = 10_000

export type Kept = { version: VersionRecord; snapshot: Snapshot }
export type Keeping = Pick<VersionRecord, 'kind' | 'name' | 'guest'> & {
  /** The page as it was; as it is now when left out. */
  of?: { snapshot: Snapshot; strokes: number; at: number }
}

export type Versions = {
  /** Newest first. */
  list(room: string): Promise<VersionRecord[]>
  keep(room: Room, keeping: Keeping): Promise<Kept>
  /** Rejects with a Refusal when there is none, or it is damaged. */
  find(room: string, id: string): Promise<Kept>
  thumbnail(room: string, id: string): Promise<Uint8Array>
  /** Gives it a name, which keeps it. */
  rename(room: string, id: string, name: string): Promise<VersionRecord>
  remove(room: string, id: string): Promise<void>
}

/** Rejects with `not-saved` when the disk does not take it, or not in time. */
export async function onDisk<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal('not-saved')), DISK_MS)
  })
  try {
    return await Promise.race([work, late])
  } catch (error) {
    throw refusalCodeOf(error) ? error : new Refusal('not-saved', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}

export function openVersions(
  store: Pick<Store, 'addVersion' | 'versions' | 'version' | 'thumbnail' | 'changeVersion' | 'removeVersion'>,
  pictures: Pick<VersionPictures, 'thumbnail' | 'forget'>,
  log: Log,
): Versions {
  const isNamed = ({ kind }: VersionRecord) => kind === 'named'

  async function recordOf(room: string, id: string): Promise<VersionRecord> {
    const version = (await store.versions(room)).find((each) => each.id === id)
    if (!version) throw new Refusal('version-not-found')
    return version
  }

  async function refuseTooMany(room: string): Promise<void> {
    const named = (await store.versions(room)).filter(isNamed)
    if (named.length >= limits.versions) throw new Refusal('too-many-versions')
  }

  async function remove(room: string, id: string): Promise<void> {
    await store.removeVersion(room, id)
    pictures.forget(id)
  }

  async function thinOut(room: string, now: number): Promise<void> {
    const automatic = (await store.versions(room)).filter((each) => !isNamed(each))
    for (const id of surplus(automatic, AUTOMATIC, RECENT, now)) await remove(room, id)
  }

  return {
    list: (room) => store.versions(room),

    async keep(room, { kind, name, guest, of }) {
      if (kind === 'named') await refuseTooMany(room.id)
      const now = Date.now()
      const strokes = of?.strokes ?? room.strokes().length
      const document = of ? Promise.resolve(of.snapshot) : room.snapshot()
      // A version without a picture is better than none.
      const picture = pictures.thumbnail(room, document).catch((error: unknown) => {
        log.warn({ room: roomLabel(room.id), err: error }, 'a version has no picture')
        return new Uint8Array()
      })
      const [snapshot, thumbnail] = await Promise.all([onDisk(document), picture])
      // One that nobody asked for is of its moment: a page open on several servers is kept by one of them.
      const id = kind === 'automatic' ? `automatic-${snapshot.seq}` : randomUUID()
      const version: VersionRecord = {
        id,
        kind,
        name,
        guest,
        seq: snapshot.seq,
        at: of?.at ?? now,
        strokes,
      }
      const isKept = kind === 'automatic' && (await store.versions(room.id)).some((each) => each.id === id)
      if (isKept) return { version, snapshot }
      await onDisk(store.addVersion(room.id, version, snapshot, thumbnail))
      if (kind !== 'named') await thinOut(room.id, now)
      return { version, snapshot }
    },

    async find(room, id) {
      const version = await recordOf(room, id)
      const snapshot = await store.version(room, id)
      if (!snapshot) throw new Refusal('version-damaged')
      return { version, snapshot }
    },

    async thumbnail(room, id) {
      const thumbnail = await store.thumbnail(room, id)
      if (!thumbnail) throw new Refusal('version-not-found')
      if (thumbnail.length === 0) throw new Refusal('no-frame')
      return thumbnail
    },

    async rename(room, id, name) {
      const version = await recordOf(room, id)
      if (!isNamed(version)) await refuseTooMany(room)
      const change = { kind: 'named', name } as const
      await onDisk(store.changeVersion(room, id, change))
      return { ...version, ...change }
    },

    async remove(room, id) {
      await recordOf(room, id)
      await onDisk(remove(room, id))
    },
  }
}
