/** What a room looks like: its line art, its newest frames, and the finished picture. All need a session. */
import { z } from 'zod'
import { stages } from '../../shared/protocol.ts'
import type { Coloring } from '../coloring/coloring.ts'
import { NURIE_TYPE } from '../../files/nurieFile.ts'
import { openBuckets } from '../bucket.ts'
import type { History } from '../history/history.ts'
import type { Images } from '../images/images.ts'
import type { Admit } from '../realtime/admit.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { Room } from '../rooms/room.ts'
import type { Refinement } from '../rooms/refinement.ts'
import type { Store } from '../storage/store.ts'
import { entering, inRoom, security } from './bearer.ts'
import { buffer, picture } from './body.ts'
import { problems } from './problem.ts'
import type { App } from './web.ts'

const params = z.object({ room: z.string() })

/** How long an export waits for the newest revision's refined frame. */
const EXPORT_WAIT_MS = 10_000
/** Whole rooms a minute of one room. */
const WHOLE = 10

export function pictureRoutes(
  app: App,
  parts: {
    admit: Admit
    refinement: Refinement
    store: Pick<Store, 'linePng'>
    images: Pick<Images, 'composite' | 'color'>
    coloring: Pick<Coloring, 'layer'>
    history: Pick<History, 'file'>
    exportWaitMs?: number
  },
): void {
  const { admit, store, images, coloring, history, refinement, exportWaitMs = EXPORT_WAIT_MS } = parts
  const whole = openBuckets(WHOLE / 60, WHOLE)

  async function linePng(room: Room): Promise<Uint8Array> {
    const png = await store.linePng(room.id)
    if (!png) throw new Refusal('room-not-found')
    return png
  }

  app.get(
    '/api/rooms/:room/line.png',
    {
      schema: {
        summary: 'The line art',
        params,
        security,
        response: { 200: picture('image/png', 'Grey, at its own resolution.'), ...problems(...entering) },
      },
    },
    async (request, reply) => {
      const png = await inRoom(admit, request, ({ room }) => linePng(room))
      return reply
        .type('image/png')
        .header('cache-control', 'private, max-age=31536000, immutable')
        .send(buffer(png))
    },
  )

  app.get(
    '/api/rooms/:room/frame',
    {
      schema: {
        summary: 'The newest frame',
        params,
        querystring: z.object({ stage: z.enum(stages).optional() }),
        security,
        response: {
          200: picture('image/webp', 'The color layer; `x-nurie-revision` and `x-nurie-stage` say of what.'),
          ...problems('bad-request', ...entering, 'no-frame'),
        },
      },
    },
    async (request, reply) => {
      const frame = await inRoom(admit, request, ({ room }) => {
        // Who asks again finds the newest, also of a room that nobody has open.
        room.want()
        return room.whole(request.query.stage)
      })
      if (!frame) throw new Refusal('no-frame')
      return reply
        .type('image/webp')
        .header('cache-control', 'no-store')
        .header('x-nurie-revision', frame.header.revision)
        .header('x-nurie-stage', frame.header.stage)
        .send(buffer(frame.bytes))
    },
  )

  app.get(
    '/api/rooms/:room/export',
    {
      schema: {
        summary: 'The finished picture, at the line art’s own resolution',
        params,
        querystring: z.object({
          format: z.enum(['png', 'color', 'flats', 'psd', 'ora', 'nurie']).default('png'),
        }),
        security,
        response: {
          200: picture('image/png', 'Lines on color, or the color layer alone.'),
          ...problems(
            'bad-request',
            ...entering,
            'no-frame',
            'not-implemented',
            'too-busy',
            'coloring-down',
            'too-many-requests',
          ),
        },
      },
    },
    async (request, reply) => {
      if (request.query.format === 'nurie') {
        const bytes = await inRoom(admit, request, ({ room }) => {
          if (!whole.of(room.id).take()) throw new Refusal('too-many-requests')
          return history.file(room)
        })
        return reply
          .type(NURIE_TYPE)
          .header('cache-control', 'no-store')
          .header('content-disposition', 'attachment; filename="page.nurie"')
          .send(buffer(bytes))
      }
      const png = await inRoom(admit, request, async ({ room }) => {
        const { format } = request.query
        if (format !== 'png' && format !== 'color') throw new Refusal('not-implemented')
        await refinement(room, exportWaitMs)
        if (room.isEnded()) throw new Refusal('room-not-found')
        const layer = await coloring.layer(room.id).catch(() => {
          throw new Refusal('coloring-down')
        })
        if (!layer) throw new Refusal('no-frame')
        const line = { png: await linePng(room) }
        const look = room.look()
        return format === 'png' ? images.composite(line, layer, look) : images.color(line, layer, look)
      })
      return reply
        .type('image/png')
        .header('cache-control', 'no-store')
        .header('content-disposition', 'attachment; filename="nurie.png"')
        .send(buffer(png))
    },
  )
}
