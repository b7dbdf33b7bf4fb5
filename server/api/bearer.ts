/** The session a request comes with, as `Authorization: Bearer TOKEN`. */
import type { FastifyRequest } from 'fastify'
import type { Admit, Admitted } from '../realtime/admit.ts'

/** What a route's schema says of it, and the refusals it may meet at the door. */
export const security = [{ session: [] }]
export const entering = [
  'no-token',
  'bad-token',
  'token-expired',
  'removed',
  'revoked',
  'room-not-found',
] as const

/** Does `work` in the room of the request's address, held open meanwhile, if its token is good there. */
export async function inRoom<T>(
  admit: Admit,
  request: FastifyRequest<{ Params: { room: string } }>,
  work: (admitted: Admitted) => Promise<T> | T,
): Promise<T> {
  const [, token] = /^Bearer ([A-Za-z0-9._~-]+)$/i.exec(request.headers.authorization ?? '') ?? []
  const admitted = await admit(request.params.room, token)
  try {
    return await work(admitted)
  } finally {
    admitted.release()
  }
}
