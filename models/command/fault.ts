/** A fault of the command's user; the message is the line they read. */
import { Refusal } from '../../shared/refusal.ts'

export class Fault extends Error {}

/** What a person reads of an error that has to do with a file. */
export function faultText(error: unknown, path?: string): string {
  if (error instanceof Fault) return error.message
  if (!(error instanceof Refusal))
    return `Coloring failed: ${error instanceof Error ? error.message : String(error)}`
  const where = typeof error.cause === 'string' ? ` (${error.cause})` : ''
  return `${path === undefined ? '' : `${path}: `}${error.message}${where}`
}
