/**
 * The one place where a socket's events come in: known by name, of the right form, within their rate. Whatever comes costs at most
 * its sender: what is refused is answered with a notice, and not endlessly; too many cursors, live chunks, sights and pings are dropped
 * silently.
 */
import { limits as shared } from '../../shared/limits.ts'
import type {
  ClientEvents,
  Cursor,
  CursorGone,
  LiveChunk,
  LiveEnd,
  Ping,
  RefusalCode,
} from '../../shared/protocol.ts'
import { openBucket } from '../bucket.ts'
import type { Limits } from '../config.ts'
import type { Log } from '../log.ts'
import {
  cursorSchema,
  followSchema,
  liveSchema,
  pingSchema,
  sightSchema,
  spotlightSchema,
  viewSchema,
} from './events.ts'

export type Dropped = 'cursor' | 'live' | 'sight' | 'ping'

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
  onDropped(event: Dropped): void
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
  const sights = openBucket(shared.sights, shared.sights)
  const pings = openBucket(shared.pings, shared.pingBurst)
  const follows = openBucket(shared.follows, shared.followBurst)

  function take([event, payload]: readonly unknown[]): RefusalCode | undefined {
    if (!messages.take()) return 'too-fast'
    switch (event) {
      case 'cursor': {
        const cursor = cursorSchema.safeParse(payload)
        if (!cursor.success) return 'bad-event'
        // One that goes is never dropped, or it would stay in sight of those it hides from.
        if ('gone' in cursor.data || cursors.take())
          return handlers.cursor(cursor.data as Cursor | CursorGone)
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
        return view.success ? handlers.view(view.data as Parameters<ClientEvents['view']>[0]) : 'bad-event'
      }
      case 'ping': {
        const ping = pingSchema.safeParse(payload)
        if (!ping.success) return 'bad-event'
        if (pings.take()) return handlers.ping(ping.data as Ping)
        onDropped('ping')
        return undefined
      }
      case 'sight': {
        const sight = sightSchema.safeParse(payload)
        if (!sight.success) return 'bad-event'
        if (sights.take()) return handlers.sight(sight.data)
        onDropped('sight')
        return undefined
      }
      case 'follow': {
        const follow = followSchema.safeParse(payload)
        if (!follow.success) return 'bad-event'
        return follows.take() ? handlers.follow(follow.data) : 'too-fast'
      }
      case 'spotlight': {
        const spotlight = spotlightSchema.safeParse(payload)
        if (!spotlight.success) return 'bad-event'
        return follows.take() ? handlers.spotlight(spotlight.data) : 'too-fast'
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
