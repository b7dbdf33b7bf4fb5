/**
 * Memory for pictures on their way in: what uploads may hold together, and what those of one address may. A request has its
 * share from its first byte to its answer, by the length it tells, or the largest it could have; when there is none left it is
 * refused before its body is read.
 */
import type { onRequestHookHandler } from 'fastify'
import { Refusal } from '../../shared/refusal.ts'
import { mostBytes } from './bodyTypes.ts'

const ALL_BYTES = 160 * 1024 * 1024
const ADDRESS_BYTES = 80 * 1024 * 1024

export type BodyBudget = {
  /** For a route whose body has at most `most` bytes, by itself as many as its type may have. */
  hook(most?: number): onRequestHookHandler
}

export function openBodyBudget(all = ALL_BYTES, perAddress = ADDRESS_BYTES): BodyBudget {
  const held = new Map<string, number>()
  let total = 0
  return {
    hook: (mostOfRoute) =>
      function takeShare(request, reply, done) {
        const most = mostOfRoute ?? mostBytes(request.headers['content-type'])
        const told = Number(request.headers['content-length'] ?? most)
        const bytes = told >= 0 && told < most ? told : most
        const { address } = request
        const before = held.get(address) ?? 0
        if (total + bytes > all || before + bytes > perAddress) return done(new Refusal('too-busy'))
        total += bytes
        held.set(address, before + bytes)
        reply.raw.once('close', () => {
          total -= bytes
          const left = held.get(address)! - bytes
          if (left > 0) held.set(address, left)
          else held.delete(address)
        })
        done()
      },
  }
}
