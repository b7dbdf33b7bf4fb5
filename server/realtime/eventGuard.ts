/**
 * The one place where a socket's events come in: known by name, of the right form, within their rate. Whatever comes costs at most
 * its sender: what is refused is answered with a notice, and not endlessly; too many cursors and live chunks are dropped silently.
 */
import { limits as shared } from '../../shared/limits.ts'
import type { ClientEvents, Cursor, LiveChunk, LiveEnd, RefusalCode } from '../../shared/protocol.ts'
import { openBucket } from '../bucket.ts'
import type { Limits } from '../config.ts'
import type { Log } from '../log.ts'
import { cursorSchema, liveSchema, viewSchema } from './events.ts'

/** What becomes of an event that may come in; a code when it is refused all the same. */
export type EventHandlers = {
  [Name in keyof ClientEvents]: (payload: Parameters<ClientEvents[Name]>[0]) => RefusalCode | undefined
}

export type EventGuardOptions = {
  handlers: EventHandlers
  limits: Pick<Limits, 'messages' | 'messageBurst'>
  log: Log
  /** Tells the sender. */
  tell(code: RefusalCode): void
  onRefused(code: RefusalCode): void
  onDropped(event: 'cursor' | 'live'): void
}

/** Notices of refused events a second; an endless stream of bad events is not answered endlessly. */
const NOTICES = 5

/** Takes an event as it came: its name, its payload, and whatever else was sent with it. Never throws. */
export function openEventGuard(options: EventGuardOptions): (packet: readonly unknown[]) => void {
  const { handlers, limits, log, tell, onRefused, onDropped } = options
  const messages = openBucket(limits.messages, limits.messageBurst)
  const notices = openBucket(NOTICES, NOTICES)
  const cursors = openBucket(shared.cursors, shared.cursors)
  const lives = openBucket(shared.lives, shared.lives)

  function take([event, payload]: readonly unknown[]): RefusalCode | undefined {
    if (!messages.take()) return 'too-fast'
    switch (event) {
      case 'cursor': {
        const cursor = cursorSchema.safeParse(payload)
        if (!cursor.success) return 'bad-event'
        if (cursors.take()) return handlers.cursor(cursor.data as Cursor)
        onDropped('cursor')
        return undefined
      }
      case 'live': {
        const live = liveSchema.safeParse(payload)
        if (!live.success) return 'bad-event'
        // The end of a stroke is never dropped, or it would stay for seconds.
        if ('end' in live.data || lives.take()) return handlers.live(live.data as LiveChunk | LiveEnd)
        onDropped('live')
        return undefined
      }
      case 'view': {
        const view = viewSchema.safeParse(payload)
        return view.success ? handlers.view(view.data) : 'bad-event'
      }
      default:
        return 'unknown-event'
    }
  }

  return (packet) => {
    let code: RefusalCode | undefined
    try {
      code = take(packet)
    } catch (error) {
      log.error({ err: error }, 'a socket event could not be handled')
      code = 'internal'
    }
    if (!code) return
    onRefused(code)
    if (notices.take()) tell(code)
  }
}
