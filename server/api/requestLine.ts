/**
 * The log's line for a request that was answered, by its route: an address may hold a room or, wrongly, a key. What was refused is told at
 * `info`, all else at `debug`; the answer carries the same id as `x-request-id`.
 */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { roomLabel, type Log } from '../log.ts'

export function logRequest(log: Log, request: FastifyRequest, reply: FastifyReply): void {
  const { room } = (request.params ?? {}) as { room?: string }
  const line = {
    request: request.id,
    method: request.method,
    route: request.routeOptions.url ?? 'none',
    ...(room !== undefined && { room: roomLabel(room) }),
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  }
  if (reply.statusCode < 400) log.debug(line, 'a request was answered')
  else log.info(line, 'a request was refused')
}
