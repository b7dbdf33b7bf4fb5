/**
 * A refusal somebody is told about: thrown anywhere below the edges, turned into a problem (HTTP), a `connect_error` or notice
 * (socket.io) or a close code (Yjs) at the edge. Everything else that is thrown is a fault of the server: logged, told as
 * `internal`.
 */
import { closeCodes, refusals, type CloseCode, type RefusalCode } from '../shared/protocol.ts'

export class Refusal extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode) {
    super(refusals[code][1])
    this.name = 'Refusal'
    this.code = code
  }
}

/** The code of any error that carries one of ours (the image process has its own class), else undefined. */
export function refusalCodeOf(error: unknown): RefusalCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return Object.hasOwn(refusals, error.code) ? (error.code as RefusalCode) : undefined
}

/** How the Yjs channel closes for a refusal. 4400-4499 end the stock client's retries, 4500-4599 do not. */
export function closeCodeOf(code: RefusalCode): CloseCode {
  const [status] = refusals[code]
  switch (status) {
    case 401:
      return closeCodes.token
    case 403:
      return closeCodes.forbidden
    case 404:
      return closeCodes.room
    case 413:
      return closeCodes.tooLarge
    case 429:
      return closeCodes.tooFast
    case 500:
    case 503:
      return closeCodes.overload
    default:
      return closeCodes.malformed
  }
}
