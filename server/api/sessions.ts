/**
 * `POST /api/rooms/:room/sessions`: a key becomes a session. An unknown room and a wrong key are answered alike, after the
 * same work. With a session of before the same guest comes back; a guest who was removed does not, by whatever key. A link that was
 * replaced lets back in who came by it, unless the host put them out: then it says so to them, and to nobody else.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { roles, type Guest } from '../../shared/protocol.ts'
import { openBuckets } from '../bucket.ts'
import { Refusal } from '../../shared/refusal.ts'
import { markOf, roleOf, sameSecret } from '../rooms/access.ts'
import { guestColor, guestName } from '../rooms/guestName.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Session, Tokens } from '../rooms/tokens.ts'
import type { Store } from '../storage/store.ts'
import { problems } from './problem.ts'
import type { App } from './web.ts'

const body = z.object({
  key: z.string().max(256),
  name: z.string().max(1024).optional(),
  previous: z.string().max(4096).optional(),
})

const sessionSchema = z.object({
  token: z.string(),
  role: z.enum(roles),
  guest: z.object({ id: z.string(), name: z.string(), color: z.string() }),
  invites: z
    .boolean()
    .meta({ description: 'Whether others can come in by this key: its link was not replaced.' }),
  page: z.object({
    title: z.string(),
    width: z.int(),
    height: z.int(),
    revision: z.int(),
    locked: z.boolean(),
  }),
})

/** Wrong keys a minute from one address. */
const GUESSES = 20

export function sessionRoutes(
  app: App,
  parts: {
    store: Pick<Store, 'findRoom'>
    rooms: Rooms
    tokens: Tokens
    guests: (room: string) => readonly Guest[]
  },
): void {
  const { store, rooms, tokens, guests } = parts
  const guesses = openBuckets(GUESSES / 60, GUESSES)

  /** The session of an earlier token of this room. */
  async function earlier(room: string, previous: string | undefined): Promise<Session | undefined> {
    const session = previous === undefined ? undefined : await tokens.readExpired(previous)
    return session?.room === room ? session : undefined
  }

  app.post(
    '/api/rooms/:room/sessions',
    {
      schema: {
        summary: 'Enter a room with a key',
        params: z.object({ room: z.string() }),
        body,
        response: {
          201: sessionSchema,
          ...problems('bad-request', 'room-not-found', 'removed', 'revoked', 'too-many-requests'),
        },
      },
    },
    async (request, reply) => {
      const { room } = request.params
      const { key, name, previous } = request.body
      const bucket = guesses.of(request.address)
      if (bucket.isEmpty()) throw new Refusal('too-many-requests')
      const keyMark = markOf(key)
      const [record, before] = await Promise.all([store.findRoom(room), earlier(room, previous)])
      const current = roleOf(key, record?.keyHashes)
      const former = before && sameSecret(before.keyMark, keyMark) ? before : undefined
      const hold = record && (current ?? former) ? await rooms.hold(room) : undefined
      if (!record || !hold) {
        bucket.take()
        throw new Refusal('room-not-found')
      }
      try {
        const standing = before && hold.room.standing(before)
        if (standing === 'removed') throw new Refusal('removed')
        const role = current ?? former?.guest.role
        if (!role || (!current && standing)) throw new Refusal(standing ?? 'room-not-found')
        const returning = standing ? undefined : before?.guest
        const id = returning?.id ?? randomUUID()
        const taken = new Set(guests(room).map((guest) => guest.color))
        const guest: Guest = {
          id,
          name: name === undefined && returning ? returning.name : guestName(name),
          color: returning?.color ?? guestColor(id, taken),
          role,
        }
        // Of the same record as the key: should the link be replaced meanwhile, this session is revoked with the others.
        const generation = record.generations[role]
        void hold.room.roster.note(guest)
        const token = await tokens.issue({ room, guest, generation, keyMark })
        return await reply
          .code(201)
          .header('cache-control', 'no-store')
          .send({
            token,
            role,
            guest: { id, name: guest.name, color: guest.color },
            invites: current !== undefined,
            page: hold.room.info(),
          })
      } finally {
        hold.release()
      }
    },
  )
}
