/** Who painted what and when, how a page was made, and how a host takes back what a guest did to it. */
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import { Refusal } from '../../shared/refusal.ts'
import { openBuckets } from '../bucket.ts'
import type { History } from '../history/history.ts'
import type { Admit } from '../realtime/admit.ts'
import type { Store } from '../storage/store.ts'
import { entering, inRoom, security } from './bearer.ts'
import { buffer, picture } from './body.ts'
import { problems } from './problem.ts'
import { need } from './role.ts'
import type { App } from './web.ts'

const params = z.object({ room: z.string() })

const sinceSchema = z
  .union([z.int().nonnegative(), z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))])
  .meta({ description: 'Milliseconds since 1970, or a time of ISO 8601.' })

/** Whole logs a minute of one room. */
const MAKINGS = 20

export function makingRoutes(
  app: App,
  parts: {
    admit: Admit
    store: Pick<Store, 'guests'>
    history: Pick<History, 'acts' | 'timesOf' | 'making'>
  },
): void {
  const { admit, store, history } = parts
  const makings = openBuckets(MAKINGS / 60, MAKINGS)

  app.get(
    '/api/rooms/:room/strokes',
    {
      schema: {
        summary: 'Who painted each stroke of the page, and when',
        params,
        security,
        response: {
          200: z.array(
            z.object({
              id: z.string(),
              by: z.string(),
              at: z
                .int()
                .nullable()
                .meta({ description: 'Milliseconds since 1970; null when it is not known any more.' }),
            }),
          ),
          ...problems(...entering),
        },
      },
    },
    (request, reply) =>
      inRoom(admit, request, async ({ room }) => {
        const times = await history.timesOf(room)
        void reply.header('cache-control', 'no-store')
        return room.strokes().map(({ id, by }) => ({ id, by, at: times.of({ id, by }) ?? null }))
      }),
  )

  app.get(
    '/api/rooms/:room/replay',
    {
      schema: {
        summary: 'The making of the page, as far back as it is known',
        params,
        security,
        response: {
          200: picture(
            'application/octet-stream',
            'Updates with their times, in the form of shared/making.ts.',
          ),
          ...problems(...entering, 'too-many-requests'),
        },
      },
    },
    async (request, reply) => {
      const bytes = await inRoom(admit, request, ({ room }) => {
        if (!makings.of(room.id).take()) throw new Refusal('too-many-requests')
        return history.making(room.id)
      })
      return reply.type('application/octet-stream').header('cache-control', 'no-store').send(buffer(bytes))
    },
  )

  app.post(
    '/api/rooms/:room/guests/:guest/undo',
    {
      schema: {
        summary: 'Take back what a guest painted, since a moment or all of it',
        description: 'The page is kept as a version before (`before`); restoring that takes the undo back.',
        params: params.extend({ guest: z.string().max(limits.idLength) }),
        security,
        body: z.object({ since: sinceSchema.optional() }).nullish(),
        response: {
          200: z.object({ removed: z.int(), before: z.string().optional() }),
          ...problems(
            'bad-request',
            ...entering,
            'role-too-low',
            'guest-not-found',
            'room-damaged',
            'not-saved',
          ),
        },
      },
    },
    (request) =>
      inRoom(admit, request, async ({ room, guest: host }) => {
        need(host, 'host')
        const { guest } = request.params
        const isKnown =
          room.strokes().some(({ by }) => by === guest) ||
          (await store.guests(room.id)).some(({ id }) => id === guest)
        if (!isKnown) throw new Refusal('guest-not-found')
        return history.acts.undo(room, host.id, guest, request.body?.since)
      }),
  )
}
