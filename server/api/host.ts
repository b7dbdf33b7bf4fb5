/**
 * What a host may do to a room: lock it, name it, replace its links, put a guest out, end it; and the list of everybody who has
 * been in it, which is open to all of them. Whoever holds connections is told by the room itself.
 */
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import { replaceable, roles, type Guest, type RefusalCode } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import { pageOf } from '../../shared/strokes.ts'
import type { Admit, Admitted } from '../realtime/admit.ts'
import { cleanText } from '../rooms/guestName.ts'
import type { Room } from '../rooms/room.ts'
import type { Rooms } from '../rooms/rooms.ts'
import { diskRefusalOf } from '../storage/storeFault.ts'
import { entering, inRoom, security } from './bearer.ts'
import { problems } from './problem.ts'
import { need } from './role.ts'
import type { App } from './web.ts'

const params = z.object({ room: z.string() })
const guestParams = params.extend({ guest: z.string().max(limits.idLength) })
const done = z.undefined().describe('Done')

const guestSchema = z.object({
  id: z.string(),
  name: z.string(),
  color: z.string(),
  role: z.enum(roles),
  here: z.boolean(),
  removed: z.boolean(),
})

const refusedTo = (...more: RefusalCode[]) =>
  problems('bad-request', ...entering, 'role-too-low', 'not-saved', 'disk-full', ...more)

export function hostRoutes(
  app: App,
  { admit, rooms, guests }: { admit: Admit; rooms: Rooms; guests: (room: string) => readonly Guest[] },
): void {
  const asHost = <T>(
    request: FastifyRequest<{ Params: { room: string } }>,
    work: (admitted: Admitted) => Promise<T>,
  ) =>
    inRoom(admit, request, (admitted) => {
      need(admitted.guest, 'host')
      return work(admitted).catch((error: unknown) => {
        throw diskRefusalOf(error)
      })
    })

  async function retitle(room: Room, text: string): Promise<void> {
    const title = cleanText(text, limits.titleLength)
    if (title === '') throw new Refusal('bad-request')
    await room.act((doc) => pageOf(doc).set('title', title))
    room.tellPage()
  }

  app.patch(
    '/api/rooms/:room',
    {
      schema: {
        summary: 'Lock the page, open it again, or give it a title',
        params,
        security,
        body: z.object({ locked: z.boolean().optional(), title: z.string().max(1024).optional() }),
        response: { 200: z.object({ title: z.string(), locked: z.boolean() }), ...refusedTo() },
      },
    },
    (request) =>
      asHost(request, async ({ room }) => {
        const { locked, title } = request.body
        if (title !== undefined) await retitle(room, title)
        if (locked !== undefined) await room.roster.lock(locked)
        const page = room.info()
        return { title: page.title, locked: page.locked }
      }),
  )

  app.post(
    '/api/rooms/:room/keys',
    {
      schema: {
        summary: 'Replace a link',
        description:
          'Whoever came by the old one is out; with `keepGuests` those who are in stay, and nobody else comes in by it.',
        params,
        security,
        body: z.object({ rotate: z.enum(replaceable), keepGuests: z.boolean().default(false) }),
        response: {
          200: z.object({ keys: z.object({ edit: z.string().optional(), view: z.string().optional() }) }),
          ...refusedTo(),
        },
      },
    },
    async (request, reply) => {
      const { rotate, keepGuests } = request.body
      const key = await asHost(request, ({ room }) => room.roster.renewKey(rotate, keepGuests))
      return reply.header('cache-control', 'no-store').send({ keys: { [rotate]: key } })
    },
  )

  app.get(
    '/api/rooms/:room/guests',
    {
      schema: {
        summary: 'Everybody who has been in the room',
        params,
        security,
        response: { 200: z.array(guestSchema), ...problems(...entering) },
      },
    },
    (request, reply) =>
      inRoom(admit, request, ({ room }) => {
        const here = new Set(guests(room.id).map(({ id }) => id))
        void reply.header('cache-control', 'no-store')
        return room.roster.guests().map((guest) => ({ ...guest, here: here.has(guest.id) }))
      }),
  )

  app.delete(
    '/api/rooms/:room/guests/:guest',
    {
      schema: {
        summary: 'Put a guest out, for good',
        params: guestParams,
        security,
        response: { 204: done, ...refusedTo('host-stays', 'guest-not-found') },
      },
    },
    async (request, reply) => {
      await asHost(request, async ({ room }) => {
        const present = guests(room.id).find(({ id }) => id === request.params.guest)
        // Where the data was restored from a backup, who came since is known by their session only.
        if (present) await room.roster.note(present)
        await room.roster.remove(request.params.guest)
      })
      return reply.code(204).send()
    },
  )

  app.delete(
    '/api/rooms/:room',
    {
      schema: {
        summary: 'End the room: everything of it is removed, for good',
        params,
        security,
        response: { 204: done, ...refusedTo() },
      },
    },
    async (request, reply) => {
      await asHost(request, ({ room }) => rooms.end(room))
      return reply.code(204).send()
    },
  )
}
