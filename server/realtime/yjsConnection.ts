/**
 * One connection of the Yjs channel after it was let in: the y-websocket conversation with a gate instead of trust. A refused
 * message ends it with a close code.
 *
 * A reader that does not keep up gets nothing more until its queue is gone, then one update with all it missed. Who does not keep
 * up for long, does not answer pings, or never asks for the document is hung up on.
 *
 * Where several servers have the room, this one may be behind: nothing is refused before it has caught up and judged again. What the
 * client says meanwhile waits, in order.
 *
 * While the room takes no changes, news are held back where they are: not applied, their sender not closed, or it would come back
 * for ever. When the room takes them again the server asks with a step 1, and the stock client answers with everything it has.
 */
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import type { RawData, WebSocket } from 'ws'
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync'
import type { Guest, RefusalCode } from '../../shared/protocol.ts'
import { openBucket } from '../bucket.ts'
import type { Limits } from '../config.ts'
import { roomLabel, type Log } from '../log.ts'
import type { ResyncReason } from '../metrics.ts'
import { within } from '../tracing.ts'
import { closeCodeOf } from './closeCode.ts'
import type { OfferAnswer, Room } from '../rooms/room.ts'

const MESSAGE_SYNC = 0
const MESSAGE_AWARENESS = 1
const MESSAGE_QUERY_AWARENESS = 3
/** An awareness message about nobody. */
const KEEP_ALIVE = Uint8Array.of(MESSAGE_AWARENESS, 1, 0)
/** Bytes waiting in a socket from which its reader is too slow, and below which it has caught up. */
const SLOW_BYTES = 1024 * 1024
const CAUGHT_UP_BYTES = 64 * 1024
/** How long a reader may stay behind. */
const PATIENCE_MS = 30_000
/** How long a connection may be open without asking for the document. */
const SILENCE_MS = 10_000
/** How often a connection may ask for all it lacks, which makes the server encode and send much for few bytes: seconds, and at once. */
const ASK_EVERY_S = 5
const ASK_BURST = 3
/** Full catch-ups a connection may send at once; besides, no more bytes than its commits may have. */
const CATCHUP_BURST = 2
/** Updates that may overtake the catch-up they build on: more than anybody makes in the time it takes. */
const OVERTAKING = 50
/** How long a client may take to answer a close. */
const CLOSE_MS = 500

export type YjsConnection = {
  /** Sends a message made by `updateMessage`, unless it came `from` here. */
  relay(message: Uint8Array, from: unknown): void
  /** To be called regularly: keeps the client, ends a dead connection. */
  beat(): void
  /** The room takes changes again: asks for what was held back here. */
  ask(): void
  /** Something that was let in is refused after all. */
  refuse(code: RefusalCode): void
  /** Ends it: whoever is at its other end has no place here any more. Nothing it says is heard from now on. */
  end(code: RefusalCode): void
}

export type YjsConnectionOptions = {
  socket: WebSocket
  room: Room
  guest: Guest
  limits: Limits
  log: Log
  onRefused(code: RefusalCode): void
  /** It is ended from here, as `end` was told. */
  onEnd?(code: RefusalCode): void
  /** Something was held back here, for the first time since the room took changes. */
  onHeld(code: RefusalCode): void
  /** All that is lacking is sent, or asked for. */
  onResync?(reason: ResyncReason): void
  patienceMs?: number
}

/** Closes with a refusal; a client that does not answer is not waited for. */
export function closeSocket(socket: WebSocket, code: RefusalCode): void {
  socket.close(closeCodeOf(code), code)
  const timer = setTimeout(() => socket.terminate(), CLOSE_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}

export const updateMessage = (update: Uint8Array) => syncMessage(messageYjsUpdate, update)

/** Begins the conversation. */
export function openYjsConnection(options: YjsConnectionOptions): YjsConnection {
  const { socket, room, guest, limits, log, onRefused, onHeld, onEnd, onResync } = options
  const messages = openBucket(limits.messages, limits.messageBurst)
  const commits = openBucket(limits.commits, limits.commitBurst)
  const asks = openBucket(1 / ASK_EVERY_S, ASK_BURST)
  const bytes = openBucket(limits.commits * limits.frameBytes, CATCHUP_BURST * limits.catchupBytes)
  const label = () => ({ room: roomLabel(room.id) })
  const sender = { guest: guest.id, role: guest.role }
  let heard = true
  /** A live update may overtake the catch-up it builds on; the catch-up then holds it too. */
  let caughtUp = false
  let overtaking = 0
  let isHeld = false
  let behind: { since: number; vector: Uint8Array } | undefined
  let ended = false
  /** What is heard while the room catches up. */
  let waiting: Uint8Array[] | undefined

  const connection: YjsConnection = {
    relay(message, from) {
      if (from === connection || behind || ended) return
      if (socket.bufferedAmount > SLOW_BYTES) {
        behind = { since: performance.now(), vector: room.durableVector() }
        return
      }
      socket.send(message, sent)
    },
    beat() {
      if (!heard || (behind && performance.now() - behind.since > PATIENCE_MS)) {
        // It would not read why.
        onRefused('too-slow')
        return socket.terminate()
      }
      heard = false
      socket.ping()
      if (!behind) socket.send(KEEP_ALIVE)
    },
    ask() {
      if (!isHeld || ended) return
      isHeld = false
      onResync?.('held')
      socket.send(syncMessage(messageYjsSyncStep1, room.stateVector()))
    },
    refuse: (code) => refuseUpdate(code),
    end(code) {
      if (ended) return
      ended = true
      onEnd?.(code)
      closeSocket(socket, code)
    },
  }

  function sent(): void {
    if (!behind || socket.bufferedAmount > CAUGHT_UP_BYTES || ended) return
    const { vector } = behind
    behind = undefined
    onResync?.('slow')
    void sendWhenSaved(messageYjsUpdate, room.missing(vector))
  }

  async function sendWhenSaved(kind: number, missing: Promise<Uint8Array>): Promise<void> {
    const update = await missing
    if (!ended) socket.send(syncMessage(kind, update), sent)
  }

  function refuseUpdate(code: RefusalCode): void {
    if (ended) return
    log.info({ code }, 'a Yjs update was refused')
    onRefused(code)
    connection.end(code)
  }

  function offer(update: Uint8Array, isCatchUp: boolean): void {
    if (update.length > (isCatchUp ? limits.catchupBytes : limits.frameBytes)) {
      return refuseUpdate('update-too-large')
    }
    if (guest.role !== 'view' && !commits.take()) return refuseUpdate('too-fast')
    const answer = room.offer(update, sender, connection)
    if (typeof answer === 'string' && room.isShared)
      catchUp(() => conclude(room.offer(update, sender, connection), isCatchUp))
    else conclude(answer, isCatchUp)
  }

  /** `then` once the room is up to date; until then nothing more is heard. */
  function catchUp(then: () => void): void {
    waiting = []
    socket.pause()
    void room
      .catchUp()
      .then(
        () => {
          if (!ended) then()
        },
        // To be tried later: nobody knows what is right.
        () => refuseUpdate('not-saved'),
      )
      .finally(() => {
        const heard = waiting ?? []
        waiting = undefined
        if (ended) return
        socket.resume()
        while (heard.length > 0 && !waiting) hear(heard.shift()!)
        // Typed as it was before the loop: one of them may wait now, and the rest after it.
        ;(waiting as Uint8Array[] | undefined)?.push(...heard)
      })
  }

  function conclude(answer: OfferAnswer, isCatchUp: boolean): void {
    if (answer === 'wait') return refuseUpdate('not-saved')
    if (answer && typeof answer === 'object') {
      // What follows builds on this, until the next catch-up brought it.
      caughtUp = false
      if (!isHeld) onHeld(answer.held)
      isHeld = true
      return
    }
    if (isCatchUp && !isHeld) caughtUp = true
    if (answer === 'gap') {
      if (caughtUp || ++overtaking > OVERTAKING) refuseUpdate('malformed-update')
    } else if (answer) refuseUpdate(answer)
  }

  function read(message: Uint8Array): void {
    const decoder = createDecoder(message)
    switch (readVarUint(decoder)) {
      case MESSAGE_SYNC: {
        const step = readVarUint(decoder)
        const payload = readVarUint8Array(decoder)
        switch (step) {
          case messageYjsSyncStep1:
            if (payload.length > limits.frameBytes) return refuseUpdate('update-too-large')
            if (!asks.take()) return refuseUpdate('too-fast')
            clearTimeout(silence)
            onResync?.('connection')
            void sendWhenSaved(messageYjsSyncStep2, room.missing(payload))
            return
          case messageYjsSyncStep2:
          case messageYjsUpdate:
            return within('stroke', label, () => offer(payload, step === messageYjsSyncStep2))
          default:
            return refuseUpdate('malformed-update')
        }
      }
      case MESSAGE_AWARENESS:
        return
      case MESSAGE_QUERY_AWARENESS:
        socket.send(KEEP_ALIVE)
        return
      default:
        refuseUpdate('malformed-update')
    }
  }

  function hear(message: Uint8Array): void {
    try {
      read(message)
    } catch (error) {
      // lib0 throws at messages cut short; anything else is a fault of ours and costs this connection only.
      if (!isCutShort(error)) log.error({ err: error }, 'a Yjs message could not be handled')
      refuseUpdate('malformed-update')
    }
  }

  const silence = setTimeout(() => refuseUpdate('too-slow'), options.patienceMs ?? SILENCE_MS).unref()
  socket.on('error', (error: Error & { code?: string }) => {
    // Closed by ws with the code of yjs.ts.
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') onRefused('update-too-large')
  })
  socket.on('pong', () => {
    heard = true
  })
  socket.on('message', (data: RawData, isBinary) => {
    heard = true
    if (ended) return
    const { length } = data as Buffer
    // What is too large for every kind of message is said so below, whatever the rate.
    if (!messages.take() || !bytes.take(Math.min(length, limits.catchupBytes)))
      return refuseUpdate('too-fast')
    if (!isBinary) return refuseUpdate('malformed-update')
    // ws gives one Buffer unless told otherwise.
    if (waiting) waiting.push(data as Buffer)
    else hear(data as Buffer)
  })
  socket.once('close', () => {
    ended = true
    clearTimeout(silence)
  })
  socket.send(syncMessage(messageYjsSyncStep1, room.stateVector()))
  return connection
}

/** A message of the sync protocol: step 1, step 2 or an update. */
export function syncMessage(step: number, payload: Uint8Array): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE_SYNC)
  writeVarUint(encoder, step)
  writeVarUint8Array(encoder, payload)
  return toUint8Array(encoder)
}

const isCutShort = (error: unknown) =>
  error instanceof RangeError || (error instanceof Error && /end of array|out of Range/i.test(error.message))
