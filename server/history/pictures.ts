/**
 * What versions look like: lines on colors. The small picture that is kept with a version shows the newest frame of that moment; the
 * large one to judge by is colored from the version's own strokes, at low priority, and remembered for a while. Without a
 * colorist both show the hints spread over the page. All pixels are made in other processes.
 */
import type { Coloring } from '../coloring/coloring.ts'
import type { Images } from '../images/images.ts'
import type { Frame } from '../rooms/frameShelf.ts'
import type { Room } from '../rooms/room.ts'
import type { FinishedRecord, Snapshot, Store } from '../storage/store.ts'

/** Long sides, in pixels. */
export const THUMBNAIL = 320
const PREVIEW = 1536
/** Previews remembered, of all rooms: about 150 kB each. */
const REMEMBERED = 64

export type VersionPictures = ReturnType<typeof openPictures>

export function openPictures(parts: {
  store: Pick<Store, 'linePng'>
  images: Pick<Images, 'picture'>
  coloring: Pick<Coloring, 'past' | 'isReady'>
  /** The room's newest refined frame, waited for a while; else the newest there is. */
  newest(room: Room): Promise<Frame | undefined>
}) {
  const { store, images, coloring, newest } = parts
  const previews = new Map<string, { picture: Promise<Uint8Array>; finished: readonly FinishedRecord[] }>()

  async function lineOf(room: string): Promise<Uint8Array> {
    const png = await store.linePng(room)
    if (!png) throw new Error('a room has no line art')
    return png
  }

  async function shown(room: Room, document: () => Promise<Snapshot>, side: number): Promise<Uint8Array> {
    const frame = coloring.isReady() ? await newest(room) : undefined
    const colors = frame ? { frame: frame.bytes } : { document: (await document()).bytes }
    return images.picture(await lineOf(room.id), colors, room.look(), side)
  }

  async function past(
    room: Pick<Room, 'id' | 'finished'>,
    { bytes }: Snapshot,
  ): Promise<{ picture: Uint8Array; isColored: boolean }> {
    const line = await lineOf(room.id)
    // What is finished stays so, whichever version the page would be.
    const colored = () => coloring.past(line, bytes, room.finished.patches()).catch(() => undefined)
    const layer = coloring.isReady() ? await colored() : undefined
    const colors = layer ? { layer } : { document: bytes }
    return {
      picture: await images.picture(line, colors, { document: bytes }, PREVIEW),
      isColored: layer !== undefined,
    }
  }

  return {
    /** Of the room as it is now; `document` is what it holds. */
    thumbnail: (room: Room, document: Promise<Snapshot>) => shown(room, () => document, THUMBNAIL),

    /** The room as it is now, large. */
    now: (room: Room) => shown(room, () => room.snapshot(), PREVIEW),

    /** A version, large. */
    preview(
      room: Pick<Room, 'id' | 'finished'>,
      version: string,
      snapshot: () => Promise<Snapshot>,
    ): Promise<Uint8Array> {
      const finished = room.finished.patches()
      const known = previews.get(version)
      if (known?.finished === finished) return known.picture
      const made = snapshot().then((found) => past(room, found))
      const picture = made.then(({ picture }) => picture)
      previews.set(version, { picture, finished })
      const forget = () => previews.get(version)?.picture === picture && previews.delete(version)
      // What is not the real thing, or nothing, is tried again by whoever asks next.
      made.then(({ isColored }) => isColored || forget(), forget)
      for (const oldest of previews.keys()) {
        if (previews.size <= REMEMBERED) break
        previews.delete(oldest)
      }
      return picture
    },

    forget(version: string): void {
      previews.delete(version)
    },
  }
}
