/** The log's one line for each connection that ends: whose it was, why it ended, how long it lasted, and the bytes that went over its wire. */
import type { Duplex } from 'node:stream'
import { guestLabel, roomLabel, type Log } from '../log.ts'

export type ConnectionLine = {
  /** Whose it is, once that is known. */
  is(room: string, guest: string): void
  /** Why it is about to end; the first reason counts. */
  because(why: string): void
  /** It ended; without a reason so far: in these words. */
  ended(otherwise: string): void
}

export function openConnectionLine(log: Log, channel: 'yjs' | 'socket', wire: Duplex): ConnectionLine {
  const since = performance.now()
  // A socket in tests is no network's.
  const { bytesRead = 0, bytesWritten = 0 } = wire as Partial<Counted>
  let whose = {}
  let reason: string | undefined
  return {
    is(room, guest) {
      whose = { room: roomLabel(room), guest: guestLabel(room, guest) }
    },
    because(why) {
      reason ??= why
    },
    ended(otherwise) {
      const { bytesRead: read = 0, bytesWritten: written = 0 } = wire as Partial<Counted>
      log.info(
        {
          channel,
          ...whose,
          why: reason ?? otherwise,
          seconds: Math.round(performance.now() - since) / 1000,
          received: read - bytesRead,
          sent: written - bytesWritten,
        },
        'a connection ended',
      )
    },
  }
}

/** What a net.Socket counts. */
type Counted = { bytesRead: number; bytesWritten: number }
