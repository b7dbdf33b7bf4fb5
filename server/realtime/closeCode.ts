import { closeCodes, refusals, type CloseCode, type RefusalCode } from '../../shared/protocol.ts'

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
    case 408:
    case 500:
    case 503:
      return closeCodes.overload
    default:
      return closeCodes.malformed
  }
}
