/**
 * The Yjs channel: the y-websocket wire protocol over `ws`, with a gate instead of trust. The stock client works.
 *
 * Both sides begin with sync step 1 (their state vector) and answer with step 2 (what the other lacks); then updates flow.
 * Others get an update once it is on disk. Refusals accept the upgrade, then close with a code, for the stock client retries
 * for ever on an HTTP status. Awareness is read and dropped; an empty awareness message every 15 s keeps the stock client,
 * which wants to hear something every 30 s.
 *
 * A reader that does not keep up gets nothing more until its queue is gone, then one update with all it missed.
 *
 * The only file that knows ws and y-protocols.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync'
import { YJS_SUBPROTOCOL, type RefusalCode } from '../../shared/protocol.ts'
import { openBucket } from '../bucket.ts'
import type { Limits } from '../config.ts'
import type { Log } from '../log.ts'
import { closeCodeOf, Refusal, refusalCodeOf } from '../refusal.ts'
import type { Room } from '../rooms/room.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Admit, Admitted } from './admit.ts'
import type { Connections } from './connections.ts'
import { Seats } from './seats.ts'

const MESSAGE_SYNC = 0
const MESSAGE_AWARENESS = 1
const MESSAGE_QUERY_AWARENESS = 3
/** An awareness message about nobody. */
const KEEP_ALIVE = Uint8Array.of(MESSAGE_AWARENESS, 1, 0)
const KEEP_ALIVE_MS = 15_000
/** Bytes waiting in a socket from which its reader is too slow, and below which it has caught up. */
const SLOW_BYTES = 1024 * 1024
const CAUGHT_UP_BYTES = 64 * 1024
/** How long a reader may stay behind. */
const PATIENCE_MS = 30_000
/** A second step 1 on the same connection makes the server encode: it costs as many messages. */
const STEP_1_COST = 30

export type YjsChannel = {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, room: string): void
  count(): number
  close(): void
}

export type YjsOptions = {
  rooms: Rooms
  admit: Admit
  connections: Connections
  limits: Limits
  log: Log
  /** Counts what was refused; `told`: whose update it was, to be told why on the other channel. */
  onRefused(code: RefusalCode, told?: { room: Room; guest: string }): void
  keepAliveMs?: number
}

/** What the timer and the relay need of a connection. */
type Connection = {
  relay(update: Uint8Array, from: unknown): void
  beat(): void
}

export function openYjs(options: YjsOptions): YjsChannel {
  const { rooms, admit, connections, limits, log } = options
  const seats = new Seats(limits)
  const open = new Map<Room, Set<Connection>>()
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    // Above the limits, so that too large a catch-up gets its own close code and not a 1009, on which clients retry.
    maxPayload: limits.roomBytes + limits.catchupBytes,
    handleProtocols: (offered) => offered.has(YJS_SUBPROTOCOL) && YJS_SUBPROTOCOL,
  })
  const timer = setInterval(() => {
    for (const connections of open.values()) for (const connection of connections) connection.beat()
  }, options.keepAliveMs ?? KEEP_ALIVE_MS).unref()
  rooms.listen({
    relay(room, update, from) {
      const message = syncMessage(messageYjsUpdate, update)
      for (const connection of open.get(room) ?? []) connection.relay(message, from)
    },
  })

  const refuse = (socket: WebSocket, code: RefusalCode) => socket.close(closeCodeOf(code), code)

  async function enter(socket: WebSocket, request: IncomingMessage, id: string): Promise<void> {
    // Until the room is there, what the client says waits in the network.
    socket.pause()
    socket.on('error', () => {}) // ws closes the socket itself; 'close' follows.
    const leave = connections.take(request.socket.remoteAddress ?? '')
    if (!leave) throw new Refusal('too-many-connections')
    socket.once('close', leave)
    const admitted = await admit(id, tokenOf(request))
    if (socket.readyState !== socket.OPEN) return admitted.release()
    socket.once('close', () => admitted.release())
    if (!seats.take(id, admitted.guest)) throw new Refusal('room-full')
    socket.once('close', () => seats.leave(id, admitted.guest.id))
    serve(socket, admitted)
    socket.resume()
  }

  function serve(socket: WebSocket, { room, guest }: Admitted): void {
    const messages = openBucket(limits.messages, limits.messageBurst)
    const commits = openBucket(limits.commits, limits.commitBurst)
    const sender = { guest: guest.id, role: guest.role }
    let heard = true
    let greeted = false
    /** A live update may overtake the catch-up it builds on; the catch-up then holds it too. */
    let caughtUp = false
    let behind: { since: number; vector: Uint8Array } | undefined
    let ended = false

    const connection: Connection = {
      relay(message, from) {
        if (from === connection || behind) return
        if (socket.bufferedAmount > SLOW_BYTES) {
          behind = { since: performance.now(), vector: room.durableVector() }
          return
        }
        socket.send(message, sent)
      },
      beat() {
        if (!heard || (behind && performance.now() - behind.since > PATIENCE_MS)) return socket.terminate()
        heard = false
        socket.ping()
        if (!behind) socket.send(KEEP_ALIVE)
      },
    }

    function sent(): void {
      if (!behind || socket.bufferedAmount > CAUGHT_UP_BYTES || ended) return
      const { vector } = behind
      behind = undefined
      void sendWhenSaved(messageYjsUpdate, room.missing(vector))
    }

    async function sendWhenSaved(kind: number, update: Uint8Array): Promise<void> {
      await room.saved()
      if (!ended) socket.send(syncMessage(kind, update), sent)
    }

    function refuseUpdate(code: RefusalCode): void {
      ended = true
      log.info({ code }, 'a Yjs update was refused')
      options.onRefused(code, { room, guest: guest.id })
      refuse(socket, code)
    }

    function offer(update: Uint8Array, isCatchUp: boolean): void {
      if (update.length > (isCatchUp ? limits.catchupBytes : limits.frameBytes)) {
        return refuseUpdate('update-too-large')
      }
      if (!isCatchUp && guest.role !== 'view' && !commits.take()) return refuseUpdate('too-fast')
      const answer = room.offer(update, sender, connection)
      if (isCatchUp) caughtUp = true
      if (answer === 'gap') {
        if (caughtUp) refuseUpdate('malformed-update')
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
              if (greeted && !messages.take(STEP_1_COST)) return refuseUpdate('too-fast')
              greeted = true
              void sendWhenSaved(messageYjsSyncStep2, room.missing(payload))
              return
            case messageYjsSyncStep2:
              return offer(payload, true)
            case messageYjsUpdate:
              return offer(payload, false)
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

    socket.on('pong', () => {
      heard = true
    })
    socket.on('message', (data: RawData, isBinary) => {
      heard = true
      if (ended) return
      if (!messages.take()) return refuseUpdate('too-fast')
      if (!isBinary) return refuseUpdate('malformed-update')
      try {
        // ws gives one Buffer unless told otherwise.
        read(data as Buffer)
      } catch (error) {
        // lib0 throws at messages cut short; anything else is a fault of ours and costs this connection only.
        if (!isCutShort(error)) log.error({ err: error }, 'a Yjs message could not be handled')
        refuseUpdate('malformed-update')
      }
    })
    const others = open.get(room)
    if (others) others.add(connection)
    else open.set(room, new Set([connection]))
    socket.once('close', () => {
      ended = true
      const here = open.get(room)
      here?.delete(connection)
      if (here?.size === 0) open.delete(room)
    })
    socket.send(syncMessage(messageYjsSyncStep1, room.stateVector()))
  }

  return {
    accept(request, socket, head, room) {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        enter(webSocket, request, room).catch((error: unknown) => {
          const code = refusalCodeOf(error)
          if (!code) log.error({ err: error }, 'a Yjs connection could not be opened')
          webSocket.resume()
          options.onRefused(code ?? 'internal')
          refuse(webSocket, code ?? 'internal')
        })
      })
    },
    count: () => server.clients.size,
    close() {
      clearInterval(timer)
      for (const socket of server.clients) refuse(socket, 'shutting-down')
      // A client that does not answer the close must not hold the process up.
      setTimeout(() => server.clients.forEach((socket) => socket.terminate()), 1_000).unref()
    },
  }
}

function syncMessage(step: number, payload: Uint8Array): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, MESSAGE_SYNC)
  writeVarUint(encoder, step)
  writeVarUint8Array(encoder, payload)
  return toUint8Array(encoder)
}

/** The second subprotocol offered: `nurie, TOKEN`. */
function tokenOf(request: IncomingMessage): string | undefined {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
  return offered[0] === YJS_SUBPROTOCOL ? offered[1] : undefined
}

const isCutShort = (error: unknown) =>
  error instanceof RangeError || (error instanceof Error && /end of array|out of Range/i.test(error.message))
