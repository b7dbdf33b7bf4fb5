/**
 * The log: JSON lines on stdout, for operators. It never holds a token, a key, a name or a picture; a room appears as a short
 * hash, because its id is half of a link.
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
export const roomLabel = (room: string) => createHash('sha256').update(room).digest('hex').slice(0, 12)
