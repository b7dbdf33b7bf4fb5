/**
 * The Yjs channel: the y-websocket wire protocol over `ws`, with a gate instead of trust. The stock client works.
 *
 * Both sides begin with sync step 1 (their state vector) and answer with step 2 (what the other lacks); then updates flow.
 * Others get an update once it is on disk. Refusals accept the upgrade, then close with a code, for the stock client retries
 * for ever on an HTTP status. Awareness is read and dropped; an empty awareness message every 15 s keeps the stock client,
 * which wants to hear something every 30 s.
 *
 * The conversation itself is in yjsConnection.ts; these two are the only files that know ws and y-protocols.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import { closeCodes, YJS_SUBPROTOCOL, type RefusalCode } from '../../shared/protocol.ts'
import type { Limits } from '../config.ts'
import { guestLabel, roomLabel, type Log } from '../log.ts'
import type { ResyncReason } from '../metrics.ts'
import { Refusal, refusalCodeOf } from '../../shared/refusal.ts'
import type { Room } from '../rooms/room.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Session } from '../rooms/tokens.ts'
import type { Admit } from './admit.ts'
import { openConnectionLine, type ConnectionLine } from './connectionLine.ts'
import type { Connections } from './connections.ts'
import { later } from './later.ts'
import { Seats } from './seats.ts'
import { closeSocket, openYjsConnection, updateMessage, type YjsConnection } from './yjsConnection.ts'

const KEEP_ALIVE_MS = 15_000
export type YjsChannel = {
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, room: string): void
  count(): number
  /** Lets go of each at some moment within `spreadMs`, to come again. */
  close(spreadMs: number): Promise<void>
}

export type YjsOptions = {
  rooms: Rooms
  admit: Admit
  addressOf(request: IncomingMessage): string
  connections: Connections
  limits: Limits
  log: Log
  /** Counts what was refused; `told`: whose update it was, to be told why on the other channel. */
  onRefused(code: RefusalCode, told?: { room: Room; guest: string }): void
  /** Somebody's changes are held back for now. */
  onHeld(code: RefusalCode, whose: { room: Room; guest: string }): void
  /** A document's difference was sent or asked for. */
  onResync(reason: ResyncReason): void
  keepAliveMs?: number
  /** How long a socket stays open: however long ago it came in, its token is not older than that and its own lifetime. */
  longestMs: number
  /** How long a connection may be open without asking for the document. */
  patienceMs?: number
}

/** What a sync message adds to the update it carries. */
const ENVELOPE_BYTES = 16
/** Browsers cut a large message into pieces of some kB; more are refused. */
const MOST_FRAGMENTS = 1024
/** ws' own code for a message above `maxPayload`, on which the stock client would send the same again, for ever. */
const WS_TOO_LARGE = 1009
/** Without a closing word. */
const WS_LOST = 1006

/** One whose too large messages are refused as all others are: with a close code the stock client understands. */
class CodedWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (code === WS_TOO_LARGE) super.close(closeCodes.tooLarge, 'update-too-large')
    else super.close(code, reason)
  }
}

export function openYjs(options: YjsOptions): YjsChannel {
  const { rooms, admit, addressOf, connections, limits, log } = options
  const seats = new Seats(limits)
  const open = new Map<Room, Map<YjsConnection, Session>>()
  const lines = new WeakMap<WebSocket, ConnectionLine>()
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    WebSocket: CodedWebSocket,
    // By its header: what is too large is not read.
    maxPayload: Math.max(limits.catchupBytes, limits.frameBytes) + ENVELOPE_BYTES,
    maxFragments: MOST_FRAGMENTS,
    handleProtocols: (offered) => offered.has(YJS_SUBPROTOCOL) && YJS_SUBPROTOCOL,
  })
  const timer = setInterval(() => {
    for (const connections of open.values()) for (const connection of connections.keys()) connection.beat()
  }, options.keepAliveMs ?? KEEP_ALIVE_MS).unref()
  rooms.listen({
    relay(room, update, from) {
      const message = updateMessage(update)
      for (const connection of open.get(room)?.keys() ?? []) connection.relay(message, from)
    },
    refused(room, code, from) {
      for (const connection of open.get(room)?.keys() ?? []) if (connection === from) connection.refuse(code)
    },
    access(room) {
      for (const [connection, session] of open.get(room) ?? []) {
        const code = room.standing(session)
        if (code) connection.end(code)
      }
    },
    writable(room) {
      for (const connection of open.get(room)?.keys() ?? []) connection.ask()
    },
  })

  async function enter(
    socket: WebSocket,
    request: IncomingMessage,
    id: string,
    line: ConnectionLine,
  ): Promise<void> {
    // Until the room is there, what the client says waits in the network.
    socket.pause()
    socket.on('error', () => {}) // ws closes the socket itself; 'close' follows.
    const leave = connections.take(addressOf(request))
    if (!leave) throw new Refusal('too-many-connections')
    socket.once('close', leave)
    const admitted = await admit(id, tokenOf(request))
    if (socket.readyState !== socket.OPEN) return admitted.release()
    socket.once('close', () => admitted.release())
    if (!seats.take(id, admitted.guest)) throw new Refusal('room-full')
    socket.once('close', () => seats.leave(id, admitted.guest.id))
    const { room, guest, session } = admitted
    line.is(id, guest.id)
    // Once more, in the tick from which on it is told of changes.
    const refused = room.standing(session)
    if (refused) throw new Refusal(refused)
    const connection = openYjsConnection({
      socket,
      room,
      guest,
      limits,
      log: log.child({ room: roomLabel(id), guest: guestLabel(id, guest.id) }),
      onRefused(code) {
        line.because(code)
        options.onRefused(code, { room, guest: guest.id })
      },
      onEnd: line.because,
      onHeld: (code) => options.onHeld(code, { room, guest: guest.id }),
      onResync: options.onResync,
      ...(options.patienceMs !== undefined && { patienceMs: options.patienceMs }),
    })
    const others = open.get(room)
    if (others) others.set(connection, session)
    else open.set(room, new Map([[connection, session]]))
    const timer = setTimeout(() => connection.end('token-expired'), options.longestMs).unref()
    socket.once('close', () => {
      clearTimeout(timer)
      const here = open.get(room)
      here?.delete(connection)
      if (here?.size === 0) open.delete(room)
    })
    socket.resume()
  }

  return {
    accept(request, socket, head, room) {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const line = openConnectionLine(log, 'yjs', socket)
        lines.set(webSocket, line)
        webSocket.once('close', (code) => line.ended(code === WS_LOST ? 'lost' : 'left'))
        enter(webSocket, request, room, line).catch((error: unknown) => {
          const code = refusalCodeOf(error)
          if (!code) log.error({ err: error }, 'a Yjs connection could not be opened')
          webSocket.resume()
          line.because(code ?? 'internal')
          options.onRefused(code ?? 'internal')
          closeSocket(webSocket, code ?? 'internal')
        })
      })
    },
    count: () => server.clients.size,
    async close(spreadMs) {
      clearInterval(timer)
      const letGo = (socket: WebSocket) => {
        lines.get(socket)?.because('shutting-down')
        closeSocket(socket, 'shutting-down')
      }
      await Promise.all(Array.from(server.clients, (socket) => later(spreadMs, () => letGo(socket))))
    },
  }
}

/** The second subprotocol offered: `nurie, TOKEN`. */
function tokenOf(request: IncomingMessage): string | undefined {
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((part) => part.trim())
  return offered[0] === YJS_SUBPROTOCOL ? offered[1] : undefined
}
