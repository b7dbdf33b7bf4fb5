/**
 * `POST /api/rooms/:room/sessions`: a key becomes a session. An unknown room and a wrong key are answered alike, after the
 * same work.
 */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { roles, type Guest } from '../../shared/protocol.ts'
import { openBuckets } from '../bucket.ts'
import { Refusal } from '../../shared/refusal.ts'
import { roleOf } from '../rooms/access.ts'
import { guestColor, guestName } from '../rooms/guestName.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Tokens } from '../rooms/tokens.ts'
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
  page: z.object({ title: z.string(), width: z.int(), height: z.int(), revision: z.int() }),
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

  /** The guest of an earlier token of this room; otherwise nobody. */
  async function returning(room: string, previous: string | undefined): Promise<Guest | undefined> {
    const session = previous === undefined ? undefined : await tokens.readExpired(previous)
    return session?.room === room ? session.guest : undefined
  }

  app.post(
    '/api/rooms/:room/sessions',
    {
      schema: {
        summary: 'Enter a room with a key',
        params: z.object({ room: z.string() }),
        body,
        response: { 201: sessionSchema, ...problems('bad-request', 'room-not-found', 'too-many-requests') },
      },
    },
    async (request, reply) => {
      const { room } = request.params
      const { key, name, previous } = request.body
      const bucket = guesses.of(request.address)
      if (bucket.isEmpty()) throw new Refusal('too-many-requests')
      const record = await store.findRoom(room)
      const role = roleOf(key, record?.keyHashes)
      if (!role) {
        bucket.take()
        throw new Refusal('room-not-found')
      }
      const before = await returning(room, previous)
      const id = before?.id ?? randomUUID()
      const taken = new Set(guests(room).map((guest) => guest.color))
      const guest: Guest = {
        id,
        name: name === undefined && before ? before.name : guestName(name),
        color: before?.color ?? guestColor(id, taken),
        role,
      }
      const hold = await rooms.hold(room)
      if (!hold) throw new Refusal('room-not-found')
      const page = hold.room.info()
      hold.release()
      const token = await tokens.issue({ room, guest })
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ token, role, guest: { id, name: guest.name, color: guest.color }, page })
    },
  )
}
