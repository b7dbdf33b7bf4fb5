/** What a room looks like: its line art and its newest frames. Both need a session. */
import { z } from 'zod'
import { stages } from '../../shared/protocol.ts'
import type { Admit } from '../realtime/admit.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { Room } from '../rooms/room.ts'
import type { Store } from '../storage/store.ts'
import { entering, inRoom, security } from './bearer.ts'
import { buffer, picture } from './body.ts'
import { problems } from './problem.ts'
import type { App } from './web.ts'

const params = z.object({ room: z.string() })

export function pictureRoutes(
  app: App,
  { admit, store }: { admit: Admit; store: Pick<Store, 'linePng'> },
): void {
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
}
