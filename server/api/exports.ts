/** The finished page as a file to take away, at the line art's own resolution. Needs a session, of any role. */
import { z } from 'zod'
import { NURIE_TYPE } from '../../files/nurieFile.ts'
import { exportFormats, type ExportFormat } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import { openBuckets } from '../bucket.ts'
import type { Coloring } from '../coloring/coloring.ts'
import type { History } from '../history/history.ts'
import type { Exports } from '../images/exports.ts'
import type { Images } from '../images/images.ts'
import { pageFile } from '../images/pageFile.ts'
import type { Admit } from '../realtime/admit.ts'
import type { Refinement } from '../rooms/refinement.ts'
import type { Room } from '../rooms/room.ts'
import type { Store } from '../storage/store.ts'
import { attachment } from './attachment.ts'
import { entering, inRoom, security } from './bearer.ts'
import { buffer, picture } from './body.ts'
import { problems } from './problem.ts'
import type { App } from './web.ts'

/** How long an export waits for the newest revision's refined frame. */
const EXPORT_WAIT_MS = 10_000
/** Time-lapses a minute of one room: each is up to sixty drafts. */
const TIME_LAPSES = 6
/** Files that the export process makes, a minute of one room: others wait for them. */
const LARGE = 20

/** A file's type, and what its name ends with after the page's title. */
const kinds = {
  png: ['image/png', '.png'],
  color: ['image/png', ' colors.png'],
  flats: ['image/png', ' flats.png'],
  psd: ['image/vnd.adobe.photoshop', '.psd'],
  ora: ['image/openraster', '.ora'],
  gif: ['image/gif', '.gif'],
  nurie: [NURIE_TYPE, '.nurie'],
} as const satisfies Record<ExportFormat, readonly [type: string, ending: string]>

export function exportRoutes(
  app: App,
  parts: {
    admit: Admit
    refinement: Refinement
    store: Pick<Store, 'linePng' | 'guests'>
    images: Pick<Images, 'composite' | 'color'>
    exports: Pick<Exports, 'make'>
    coloring: Pick<Coloring, 'layer' | 'making'>
    history: Pick<History, 'making' | 'file'>
    exportWaitMs?: number
  },
): void {
  const { admit, store, exports, coloring, history, refinement } = parts
  const { exportWaitMs = EXPORT_WAIT_MS } = parts
  const timeLapses = openBuckets(TIME_LAPSES / 60, TIME_LAPSES)
  const large = openBuckets(LARGE / 60, LARGE)

  const down = () => {
    throw new Refusal('coloring-down')
  }

  async function lineOf(room: Room): Promise<Uint8Array> {
    const png = await store.linePng(room.id)
    if (!png) throw new Refusal('room-not-found')
    return png
  }

  /** Bytes, or a stream of so many, which may lack something. */
  async function fileOf(room: Room, format: ExportFormat) {
    const isLarge = format !== 'png' && format !== 'color'
    if (isLarge && !large.of(room.id).take()) throw new Refusal('too-many-requests')
    if (format === 'nurie') return history.file(room)
    if (format === 'gif' && !timeLapses.of(room.id).take()) throw new Refusal('too-many-requests')
    await refinement(room, exportWaitMs)
    if (room.isEnded()) throw new Refusal('room-not-found')
    const look = room.look()
    if (format === 'gif') {
      const line = await lineOf(room)
      const pictures = await coloring
        .making(line, await history.making(room.id), room.finished.patches())
        .catch(down)
      // The page before the first stroke is no making.
      if (pictures.frames.length < 2) throw new Refusal('nothing-made')
      return exports.make({ format, line, look, ...pictures })
    }
    const { bytes: document } = await room.snapshot()
    const made = await coloring.layer(room.id).catch(down)
    if (!made) throw new Refusal('no-frame')
    const { flats, revision: _, ...layer } = made
    const line = await lineOf(room)
    const guests = (await store.guests(room.id)).map(({ id, name }) => ({ id, name }))
    return pageFile(parts, format, { line, look, layer, flats, hints: { document, guests } })
  }

  app.get(
    '/api/rooms/:room/export',
    {
      schema: {
        summary: 'The finished picture as a file, at the line art’s own resolution',
        description:
          '`png`: lines on color; `color`: the color layer alone; `flats`: one color a region, hard edges; `psd`, `ora`: in layers; `gif`: the making; `nurie`: the whole room, to be imported again.',
        params: z.object({ room: z.string() }),
        querystring: z.object({ format: z.enum(exportFormats).default('png') }),
        security,
        response: {
          200: {
            description:
              'The file, named after the page. A header `x-nurie-lacks: making` tells that how the page came to be is not in it, or not all: it would be too large.',
            content: Object.assign(
              {},
              ...Object.values(kinds).map(([type]) => picture(type, '').content),
            ) as ReturnType<typeof picture>['content'],
          },
          ...problems(
            'bad-request',
            ...entering,
            'no-frame',
            'nothing-made',
            'too-many-requests',
            'too-busy',
            'coloring-down',
          ),
        },
      },
    },
    async (request, reply) => {
      const { format } = request.query
      const { file, title } = await inRoom(admit, request, async ({ room }) => ({
        file: await fileOf(room, format),
        title: room.info().title,
      }))
      const [type, ending] = kinds[format]
      void reply
        .type(type)
        .header('cache-control', 'no-store')
        .header('content-disposition', attachment(title, ending))
      if (file instanceof Uint8Array) return reply.send(buffer(file))
      if (file.lacks) void reply.header('x-nurie-lacks', file.lacks)
      return reply.header('content-length', file.bytes).send(file.stream)
    },
  )
}
