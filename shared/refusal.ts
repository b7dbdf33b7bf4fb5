/**
 * A refusal somebody is told about: thrown anywhere below the edges, turned into a problem (HTTP), a `connect_error` or notice
 * (socket.io), a close code (Yjs) or a line on stderr (the command) at the edge. Everything else that is thrown is a fault of
 * ours: logged, told as `internal`.
 */
import { refusals, type RefusalCode } from './protocol.ts'

/** `code` says why, the message is its sentence for people. */
export class Refusal extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode, options?: ErrorOptions) {
    super(refusals[code][1], options)
    this.name = 'Refusal'
    this.code = code
  }
}

/** The code of any error that carries one of ours, else undefined. */
export function refusalCodeOf(error: unknown): RefusalCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return Object.hasOwn(refusals, error.code) ? (error.code as RefusalCode) : undefined
}
