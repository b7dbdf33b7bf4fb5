/** The comments on a room's page: read by everybody in it, written, answered and resolved by those who paint. */
import { z } from 'zod'
import { limits } from '../../shared/limits.ts'
import type { RefusalCode } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import { openBuckets } from '../bucket.ts'
import type { Admit } from '../realtime/admit.ts'
import { entering, inRoom, security } from './bearer.ts'
import { problems } from './problem.ts'
import { need } from './role.ts'
import type { App } from './web.ts'

const params = z.object({ room: z.string() })
const commentParams = params.extend({ comment: z.string().max(limits.idLength) })
const coordinate = z.int().min(0).max(limits.coordinate)
const text = z
  .string()
  .max(16 * limits.commentLength)
  .meta({ description: `Clean lines; what is beyond ${limits.commentLength} graphemes is cut.` })

const commentSchema = z.object({
  id: z.string(),
  by: z.string().meta({ description: 'The guest who wrote it.' }),
  on: z.string().nullable().meta({ description: 'The comment it answers.' }),
  x: z.int().meta({ description: 'In 1/8 page pixels.' }),
  y: z.int(),
  text: z.string(),
  at: z.int().meta({ description: 'Milliseconds since 1970.' }),
  edited: z.boolean(),
  resolved: z.boolean(),
})

const closed = ['role-too-low', 'room-damaged', 'disk-full', 'not-saved', 'too-many-requests'] as const
/** Changes a minute of one guest. */
const CHANGES = 60

export function commentRoutes(app: App, admit: Admit): void {
  const changes = openBuckets(CHANGES / 60, CHANGES)
  const path = '/api/rooms/:room/comments'
  const refusedTo = (...more: RefusalCode[]) => problems('bad-request', ...entering, ...more)

  const asPainter: typeof inRoom = (admit, request, work) =>
    inRoom(admit, request, (admitted) => {
      need(admitted.guest, 'edit')
      if (!changes.of(`${admitted.room.id} ${admitted.guest.id}`).take()) {
        throw new Refusal('too-many-requests')
      }
      return work(admitted)
    })

  app.get(
    path,
    {
      schema: {
        summary: 'The comments and their answers, oldest first',
        params,
        security,
        response: {
          200: z.object({
            version: z.int().meta({ description: 'The event `comment` tells the versions that follow.' }),
            comments: z.array(commentSchema),
          }),
          ...refusedTo(),
        },
      },
    },
    (request, reply) =>
      inRoom(admit, request, ({ room }) => {
        void reply.header('cache-control', 'no-store')
        return room.comments.list()
      }),
  )

  app.post(
    path,
    {
      schema: {
        summary: 'Write a comment at a place, or answer one',
        params,
        security,
        body: z.union([
          z.object({ text, on: z.string().max(limits.idLength) }),
          z.object({ text, x: coordinate, y: coordinate }),
        ]),
        response: {
          201: commentSchema,
          ...refusedTo(...closed, 'comment-empty', 'comment-not-found', 'too-many-comments'),
        },
      },
    },
    async (request, reply) => {
      const { text, ...about } = request.body
      const comment = await asPainter(admit, request, ({ room, guest }) =>
        room.comments.write(guest, about, text),
      )
      return reply.code(201).header('cache-control', 'no-store').send(comment)
    },
  )

  app.patch(
    `${path}/:comment`,
    {
      schema: {
        summary: 'Change one’s own comment, or resolve or reopen any',
        params: commentParams,
        security,
        body: z.union([z.object({ text }).strict(), z.object({ resolved: z.boolean() }).strict()]),
        response: {
          200: commentSchema,
          ...refusedTo(...closed, 'comment-empty', 'comment-not-found', 'comment-of-other'),
        },
      },
    },
    (request) =>
      asPainter(admit, request, ({ room, guest }) => {
        const { comment } = request.params
        const { body } = request
        return 'text' in body
          ? room.comments.rewrite(guest, comment, body.text)
          : room.comments.resolve(comment, body.resolved)
      }),
  )

  app.delete(
    `${path}/:comment`,
    {
      schema: {
        summary: 'Delete one’s own comment, or any as host, with its answers',
        params: commentParams,
        security,
        response: {
          204: z.undefined().describe('Done'),
          ...refusedTo(...closed, 'comment-not-found', 'comment-of-other'),
        },
      },
    },
    async (request, reply) => {
      await asPainter(admit, request, ({ room, guest }) =>
        room.comments.remove(guest, request.params.comment),
      )
      return reply.code(204).send()
    },
  )
}
