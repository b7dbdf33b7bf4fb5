/**
 * The log: JSON lines on stdout, for operators. It never holds a token, a key, a name or a picture; a room appears as a short
 * hash, because its id is half of a link, and so does a guest: what a token says is nobody else's.
 */
import { createHash } from 'node:crypto'
import { pino, type DestinationStream, type Logger } from 'pino'

export type Log = Logger

export function openLog(level: string, to?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    redact: {
      paths: [
        'token',
        'key',
        'keys',
        'name',
        'headers',
        'req.headers',
        '*.token',
        '*.key',
        '*.keys',
        '*.name',
      ],
      censor: '[not logged]',
    },
  }
  return to ? pino(options, to) : pino(options)
}

/** What stands for a room in the log. */
export const roomLabel = (room: string) => labelOf(room)

/** What stands for a guest of a room there: another one in each room. */
export const guestLabel = (room: string, guest: string) => labelOf(`${room} ${guest}`)

const labelOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)
