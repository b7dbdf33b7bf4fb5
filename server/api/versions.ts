/** The versions of a room: listed and looked at by everybody in it, named by those who paint, restored and removed by its host. */
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import type { RefusalCode } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import { openBuckets } from '../bucket.ts'
import type { History } from '../history/history.ts'
import type { Admit } from '../realtime/admit.ts'
import { cleanText } from '../rooms/guestName.ts'
import type { VersionRecord } from '../storage/store.ts'
import { entering, inRoom, security } from './bearer.ts'
import { buffer, picture } from './body.ts'
import { problems } from './problem.ts'
import { need } from './role.ts'
import type { App } from './web.ts'

const params = z.object({ room: z.string() })
const versionParams = params.extend({ version: z.string().max(limits.idLength) })
const nameSchema = z.string().max(1024).meta({ description: 'One clean line; what is too long is cut.' })

const versionSchema = z.object({
  id: z.string(),
  kind: z.enum(['automatic', 'named', 'before-restore', 'before-undo']),
  name: z.string(),
  guest: z.string().meta({ description: 'Who made it; empty for the server itself.' }),
  at: z.int().meta({ description: 'Milliseconds since 1970.' }),
  strokes: z.int(),
  thumbnail: z.string(),
})

/** Pictures a minute of one room that have to be colored first. */
const PREVIEWS = 60

export function versionRoutes(
  app: App,
  { admit, history }: { admit: Admit; history: Pick<History, 'versions' | 'pictures' | 'acts'> },
): void {
  const { versions, pictures, acts } = history
  const previews = openBuckets(PREVIEWS / 60, PREVIEWS)
  const path = '/api/rooms/:room/versions'
  const refusedTo = (...more: RefusalCode[]) => problems('bad-request', ...entering, ...more)
  const sent = (room: string, { seq: _, ...version }: VersionRecord) => ({
    ...version,
    thumbnail: `/api/rooms/${room}/versions/${version.id}/thumbnail`,
  })

  app.get(
    path,
    {
      schema: {
        summary: 'What was kept of the page, newest first',
        params,
        security,
        response: { 200: z.array(versionSchema), ...refusedTo() },
      },
    },
    (request, reply) =>
      inRoom(admit, request, async ({ room }) => {
        void reply.header('cache-control', 'no-store')
        return (await versions.list(room.id)).map((version) => sent(room.id, version))
      }),
  )

  app.post(
    path,
    {
      schema: {
        summary: 'Keep the page as it is now',
        params,
        security,
        body: z.object({ name: nameSchema.optional() }).nullish(),
        response: { 201: versionSchema, ...refusedTo('role-too-low', 'too-many-versions', 'not-saved') },
      },
    },
    async (request, reply) => {
      const kept = await inRoom(admit, request, async ({ room, guest }) => {
        need(guest, 'edit')
        const name = cleanText(request.body?.name ?? '', limits.versionName)
        const { version } = await versions.keep(room, { kind: 'named', name, guest: guest.id })
        return sent(room.id, version)
      })
      return reply.code(201).header('cache-control', 'no-store').send(kept)
    },
  )

  app.patch(
    `${path}/:version`,
    {
      schema: {
        summary: 'Name a version: one’s own, or any as host',
        params: versionParams,
        security,
        body: z.object({ name: nameSchema }),
        response: {
          200: versionSchema,
          ...refusedTo('role-too-low', 'version-not-found', 'too-many-versions', 'not-saved'),
        },
      },
    },
    (request) =>
      inRoom(admit, request, async ({ room, guest }) => {
        const { version } = request.params
        need(guest, 'edit')
        const own = (await versions.list(room.id)).some(
          ({ id, guest: by }) => id === version && by === guest.id,
        )
        if (!own) need(guest, 'host')
        const name = cleanText(request.body.name, limits.versionName)
        return sent(room.id, await versions.rename(room.id, version, name))
      }),
  )

  app.delete(
    `${path}/:version`,
    {
      schema: {
        summary: 'Remove a version; the page stays as it is',
        params: versionParams,
        security,
        response: {
          204: z.undefined().describe('Done'),
          ...refusedTo('role-too-low', 'version-not-found', 'not-saved'),
        },
      },
    },
    async (request, reply) => {
      await inRoom(admit, request, ({ room, guest }) => {
        need(guest, 'host')
        return versions.remove(room.id, request.params.version)
      })
      return reply.code(204).send()
    },
  )

  app.get(
    `${path}/:version/thumbnail`,
    {
      schema: {
        summary: 'A small picture of a version',
        params: versionParams,
        security,
        response: {
          200: picture('image/webp', 'Lines on color.'),
          ...refusedTo('version-not-found', 'no-frame'),
        },
      },
    },
    async (request, reply) => {
      const { version } = request.params
      const webp = await inRoom(admit, request, ({ room }) => versions.thumbnail(room.id, version))
      return reply
        .type('image/webp')
        .header('cache-control', 'private, max-age=31536000, immutable')
        .send(buffer(webp))
    },
  )

  app.get(
    `${path}/:version/preview`,
    {
      schema: {
        summary: 'A version, large: colored from its own strokes',
        params: versionParams,
        security,
        response: {
          200: picture('image/webp', 'Lines on color, up to 1536 pixels on the long side.'),
          ...refusedTo('version-not-found', 'version-damaged', 'too-many-requests'),
        },
      },
    },
    async (request, reply) => {
      const webp = await inRoom(admit, request, ({ room }) => {
        const { version } = request.params
        return pictures.preview(room, version, async () => {
          if (!previews.of(room.id).take()) throw new Refusal('too-many-requests')
          return (await versions.find(room.id, version)).snapshot
        })
      })
      return reply.type('image/webp').header('cache-control', 'private, max-age=300').send(buffer(webp))
    },
  )

  app.get(
    '/api/rooms/:room/preview',
    {
      schema: {
        summary: 'The page as it is now, in the form of a version’s preview',
        params,
        security,
        response: {
          200: picture('image/webp', 'Lines on color, up to 1536 pixels on the long side.'),
          ...refusedTo('too-many-requests'),
        },
      },
    },
    async (request, reply) => {
      const webp = await inRoom(admit, request, ({ room }) => {
        if (!previews.of(room.id).take()) throw new Refusal('too-many-requests')
        return pictures.now(room)
      })
      return reply.type('image/webp').header('cache-control', 'no-store').send(buffer(webp))
    },
  )

  app.post(
    `${path}/:version/restore`,
    {
      schema: {
        summary: 'Make the page what it was',
        description:
          'One change on top of all others. The page is kept as a version before (`before`); strokes that come meanwhile stay.',
        params: versionParams,
        security,
        response: {
          200: z.object({ before: z.string(), strokes: z.int() }),
          ...refusedTo('role-too-low', 'version-not-found', 'version-damaged', 'room-damaged', 'not-saved'),
        },
      },
    },
    (request) =>
      inRoom(admit, request, ({ room, guest }) => {
        need(guest, 'host')
        return acts.restore(room, guest.id, request.params.version)
      }),
  )
}
