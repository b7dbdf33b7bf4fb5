/** A server's history of its rooms, put together: versions and their pictures, what hosts do to whole pages, times, replays, files. */
import type { Coloring } from '../coloring/coloring.ts'
import type { ExportFile, Exports } from '../images/exports.ts'
import type { Images } from '../images/images.ts'
import type { Log } from '../log.ts'
import type { Refinement } from '../rooms/refinement.ts'
import type { Room } from '../rooms/room.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Store } from '../storage/store.ts'
import { openActs } from './acts.ts'
import { openAutomatic } from './automatic.ts'
import { openPictures } from './pictures.ts'
import { readMaking } from './readMaking.ts'
import { openStrokeTimes } from './strokeTimes.ts'
import { openVersions } from './versions.ts'
import { readWhole } from '../wholeRoom/readWhole.ts'

/** How long a version waits for the refined picture of its moment. */
const REFINED_MS = 2_000

export type History = ReturnType<typeof openHistory>

export function openHistory(parts: {
  store: Store
  rooms: Rooms
  images: Pick<Images, 'picture'>
  exports: Pick<Exports, 'make'>
  coloring: Pick<Coloring, 'past' | 'isReady'>
  refinement: Refinement
  /** Of this program. */
  version: string
  log: Log
  quietMs?: number
}) {
  const { store, rooms, images, exports, coloring, refinement, version, log, quietMs } = parts
  const pictures = openPictures({
    store,
    images,
    coloring,
    async newest(room) {
      const revision = room.revision()
      await refinement(room, REFINED_MS, () => revision)
      return room.whole()
    },
  })
  const versions = openVersions(store, pictures, log)
  const timesOf = openStrokeTimes(store)
  openAutomatic({ rooms, store, versions, log, ...(quietMs !== undefined && { quietMs }) })
  return {
    versions,
    pictures,
    timesOf,
    acts: openActs(versions, timesOf),
    making: (room: string) => readMaking(store, room),
    /** The room as a .nurie file. */
    async file(room: Room): Promise<ExportFile> {
      // Without its picture it is the whole room all the same.
      const thumbnail = await pictures.thumbnail(room, room.snapshot()).catch(() => undefined)
      const whole = await readWhole(store, room)
      return exports.make({ format: 'nurie', room: whole, nurie: version, ...(thumbnail && { thumbnail }) })
    },
  }
}
