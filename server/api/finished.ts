/**
 * The finished regions of a room: their picture stays as it is, whatever is painted. Seen by everybody in it; who paints finishes
 * them, and opens their own again, or any as host.
 */
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import type { RefusalCode } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import { openBuckets } from '../bucket.ts'
import type { Admit } from '../realtime/admit.ts'
import type { Refinement } from '../rooms/refinement.ts'
import { entering, inRoom, security } from './bearer.ts'
import { buffer, picture } from './body.ts'
import { problems } from './problem.ts'
import { need } from './role.ts'
import type { App } from './web.ts'

const params = z.object({ room: z.string() })
const regionParams = params.extend({ region: z.string().max(limits.idLength) })
const coordinate = z.int().min(0).max(limits.coordinate)

const regionSchema = z.object({
  id: z.string(),
  by: z.string().meta({ description: 'The guest who finished it.' }),
  x: z.int(),
  y: z.int(),
  gap: z.int(),
  left: z.int().meta({ description: 'Where its picture lies, in pixels of the networks’ size.' }),
  top: z.int(),
  at: z.int().meta({ description: 'Milliseconds since 1970.' }),
})

/** What changes nothing because of the room's state. */
const closed = ['role-too-low', 'page-locked', 'room-damaged', 'disk-full', 'not-saved'] as const
/** How long finishing waits for the refined picture of what is painted now. */
const WAIT_MS = 10_000
/** Regions a minute that somebody may press to be finished. */
const ATTEMPTS = 60

export function finishedRoutes(
  app: App,
  parts: { admit: Admit; refinement: Refinement; waitMs?: number },
): void {
  const { admit, refinement, waitMs = WAIT_MS } = parts
  const attempts = openBuckets(ATTEMPTS / 60, ATTEMPTS)
  const path = '/api/rooms/:room/finished'
  const refusedTo = (...more: RefusalCode[]) => problems('bad-request', ...entering, ...more)

  app.get(
    path,
    {
      schema: {
        summary: 'The finished regions, oldest first',
        params,
        security,
        response: { 200: z.array(regionSchema), ...refusedTo() },
      },
    },
    (request, reply) =>
      inRoom(admit, request, ({ room }) => {
        void reply.header('cache-control', 'no-store')
        return room.finished.list()
      }),
  )

  app.post(
    path,
    {
      schema: {
        summary: 'Finish the region around a place',
        description:
          'The region a fill there would paint, in 1/8 page pixels. Waits up to 10 s for the refined picture of what is painted now, which is kept.',
        params,
        security,
        body: z.object({ x: coordinate, y: coordinate, gap: z.int().min(0).max(limits.strokeWidth) }),
        response: {
          201: regionSchema,
          ...refusedTo(
            ...closed,
            'no-region',
            'finished-already',
            'too-many-finished',
            'too-many-requests',
            'coloring-down',
          ),
        },
      },
    },
    async (request, reply) => {
      const region = await inRoom(admit, request, async ({ room, guest }) => {
        need(guest, 'edit')
        room.refusePainting()
        if (!attempts.of(`${room.id} ${guest.id}`).take()) throw new Refusal('too-many-requests')
        await refinement(room, waitMs)
        return room.finished.finish(guest, request.body)
      })
      return reply.code(201).header('cache-control', 'no-store').send(region)
    },
  )

  app.delete(
    `${path}/:region`,
    {
      schema: {
        summary: 'Open a finished region again: one’s own, or any as host',
        params: regionParams,
        security,
        response: {
          204: z.undefined().describe('Done'),
          ...refusedTo(...closed, 'finished-not-found', 'finished-by-other'),
        },
      },
    },
    async (request, reply) => {
      await inRoom(admit, request, ({ room, guest }) => {
        need(guest, 'edit')
        return room.finished.unlock(guest, request.params.region)
      })
      return reply.code(204).send()
    },
  )

  app.get(
    `${path}/:region/picture`,
    {
      schema: {
        summary: 'How a finished region looks',
        params: regionParams,
        querystring: z.object({ colors: z.enum(['refined', 'flats']).default('refined') }),
        security,
        response: {
          200: picture('image/png', 'At the networks’ size, opaque within the region.'),
          ...refusedTo('finished-not-found'),
        },
      },
    },
    async (request, reply) => {
      const { region } = request.params
      const isFlat = request.query.colors === 'flats'
      const png = await inRoom(admit, request, ({ room }) =>
        isFlat ? room.finished.flats(region) : room.finished.picture(region),
      )
      return reply
        .type('image/png')
        .header('cache-control', 'private, max-age=31536000, immutable')
        .send(buffer(png))
    },
  )
}
