/**
 * The socket.io channel: welcome, presence, cursors, live strokes, frames, what is saved, states and notices.
 *
 * What a server learns from its own replica, and whom it holds seats for, goes to its own sockets (`local`); what people say to each
 * other goes to every server's.
 *
 * Every event passes one guard (eventGuard.ts). A flood costs the connection, and so does staying behind with reading. Refusals to
 * enter are `connect_error` with `data.code`.
 *
 * The only file that knows socket.io.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Server, type Socket } from 'socket.io'
import { z } from 'zod'
import { limits as shared } from '../../shared/limits.ts'
import {
  PROTOCOL,
  refusals,
  type ClientEvents,
  type Cursor,
  type CursorGone,
  type Guest,
  type LiveChunk,
  type LiveEnd,
  type RefusalCode,
  type Role,
  type ServerEvents,
  type Stage,
} from '../../shared/protocol.ts'
import { openBucket } from '../bucket.ts'
import type { Bus } from '../cluster/bus.ts'
import type { Limits } from '../config.ts'
import { guestLabel, roomLabel, type Log } from '../log.ts'
import { Refusal, refusalCodeOf } from '../../shared/refusal.ts'
import type { Frame } from '../rooms/frameShelf.ts'
import type { Room } from '../rooms/room.ts'
import type { Rooms } from '../rooms/rooms.ts'
import type { Session } from '../rooms/tokens.ts'
import type { Admit } from './admit.ts'
import { told } from '../tracing.ts'
import { openBacklog, type Backlog } from './backlog.ts'
import { openConnectionLine, type ConnectionLine } from './connectionLine.ts'
import type { Connections } from './connections.ts'
import { openEventGuard, type Dropped } from './eventGuard.ts'
import { latestFrames, type LatestFrames } from './frames.ts'
import { Seats } from './seats.ts'
import { openTogether, type Seated } from './together.ts'

type SocketData = {
  room: Room
  guest: Guest
  session: Session
  frames: LatestFrames
  takesPatches: boolean
  isVisible: boolean
  /** The others see this socket's cursor. */
  isPointing: boolean
  backlog?: Backlog
}
/** What is used here of a connection of engine.io, whose own types leave it out. */
type Connection = {
  request: IncomingMessage | null
  readyState: string
  on(event: 'packet', heard: () => void): void
  once(event: 'close', heard: (reason: string, fault?: { message?: string }) => void): void
  close(): void
}

type NurieServer = Server<ClientEvents, ServerEvents, Record<string, never>, SocketData>
type NurieSocket = Socket<ClientEvents, ServerEvents, Record<string, never>, SocketData>

export type Sockets = {
  /** Hands a WebSocket upgrade of `/socket.io/` over. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  guests(room: string): Guest[]
  /** To one guest's sockets, or to everybody in the room. */
  notify(room: Room, code: RefusalCode, guest?: string): void
  count(): number
  /** People in rooms, by role: each once a room. */
  roles(): Record<Role, number>
  close(): void
}

export type SocketsOptions = {
  rooms: Rooms
  bus: Bus
  admit: Admit
  addressOf(request: IncomingMessage): string
  connections: Connections
  limits: Limits
  log: Log
  engine: () => string
  /** A frame left for a socket; `age`: since its change, in seconds, where that is known and the socket was there. */
  onFrame(stage: Stage, bytes: number, age?: number): void
  /** Counts what was refused. */
  onRefused(code: RefusalCode): void
  /** How long a socket stays open (yjs.ts). */
  longestMs: number
  /** Counts what was dropped silently. */
  onDropped(event: Dropped): void
  /** How long a connection may take to say whose it is. */
  patienceMs?: number
}

const authSchema = z.object({
  room: z.string().max(64),
  token: z.string().max(4096).optional(),
  patches: z.boolean().optional(),
})

const CONNECT_MS = 10_000
/** How long what is told last may take to a socket that is put out. */
const CLOSE_MS = 500
/** Packets for each message allowed: an event with bytes is two. Who sends more does not want to be understood. */
const FLOOD = 4
const LOOK_MS = 1_000
/** How engine.io calls it when a client goes; what is closed from here has its reason. */
const LEFT = new Set(['transport close', 'forced close'])
/** The sockets of readers who are behind. */
const SLOW = 'slow'

export function openSockets(options: SocketsOptions): Sockets {
  const { rooms, admit, addressOf, connections, limits, log, engine, onRefused, onDropped, onFrame } = options
  const seats = new Seats(limits)
  const io: NurieServer = new Server({
    transports: ['websocket'],
    serveClient: false,
    destroyUpgrade: false,
    perMessageDeflate: false,
    maxHttpBufferSize: shared.socketBytes,
    connectTimeout: options.patienceMs ?? CONNECT_MS,
    pingInterval: 25_000,
    pingTimeout: 20_000,
  })
  // Attached to a server that never listens: every upgrade comes through `upgrade`, and there is no long polling.
  io.attach(createServer())
  /** Each connection since it came: how it gives its place back, if there was one, and whether it was let try the door. */
  const arrivals = new WeakMap<
    object,
    { leave: (() => void) | undefined; isEntering: boolean; line: ConnectionLine }
  >()
  io.engine.on('connection', (connection: Connection) => {
    const leave = connections.take(addressOf(connection.request!))
    const line = openConnectionLine(log, 'socket', connection.request!.socket)
    arrivals.set(connection, { leave, isEntering: false, line })
    if (leave) connection.once('close', leave)
    const packets = openBucket(FLOOD * limits.messages, FLOOD * limits.messageBurst)
    connection.on('packet', () => {
      if (!packets.take()) closeFor(connection, 'too-fast')
    })
    connection.once('close', (reason, fault) => {
      // engine.io passes ws' error on as its words.
      if (fault?.message?.includes('Max payload size')) {
        onRefused('update-too-large')
        line.because('update-too-large')
      }
      line.ended(LEFT.has(reason) ? 'left' : reason)
    })
    // engine.io would keep the first request for as long as the socket lives.
    connection.request = null
  })

  /** Ends a connection. A client that is told so does not come back by itself, so it cannot go on for ever. */
  function closeFor(connection: Connection, code: RefusalCode): void {
    if (connection.readyState !== 'open') return
    onRefused(code)
    arrivals.get(connection)?.line.because(code)
    for (const socket of io.sockets.sockets.values()) {
      if (socket.conn === (connection as unknown)) return void socket.disconnect(true)
    }
    connection.close()
  }

  const refusalOf = (code: RefusalCode) => Object.assign(new Error(refusals[code][1]), { data: { code } })

  io.use((socket, next) => {
    enter(socket).then(
      () => next(),
      (error: unknown) => {
        const code = refusalCodeOf(error)
        if (!code) log.error({ err: error }, 'a socket could not be admitted')
        onRefused(code ?? 'internal')
        arrivals.get(socket.conn)?.line.because(code ?? 'internal')
        next(refusalOf(code ?? 'internal'))
        arrivals.get(socket.conn)?.leave?.()
        // socket.io writes the refusal a tick later; what is written goes out before the end.
        setImmediate(() => socket.conn.close())
      },
    )
  })

  /** Fills `socket.data` and takes all places; they are given back when the connection below closes, however far it came. */
  async function enter(socket: NurieSocket): Promise<void> {
    const arrival = arrivals.get(socket.conn)
    if (!arrival?.leave) throw new Refusal('too-many-connections')
    // socket.io would let one connection enter again while it is being let in: a place for one, sockets for many.
    if (arrival.isEntering) throw new Refusal('bad-request')
    arrival.isEntering = true
    const auth = authSchema.safeParse(socket.handshake.auth)
    if (!auth.success)
      throw new Refusal(socket.handshake.auth.token === undefined ? 'no-token' : 'bad-request')
    const { room, guest, session, release } = await admit(auth.data.room, auth.data.token)
    arrival.line.is(room.id, guest.id)
    if (socket.conn.readyState !== 'open') return release()
    socket.conn.once('close', release)
    const { conn } = socket
    const takesPatches = auth.data.patches === true
    const entered = performance.now()
    const frames = latestFrames({
      // Not writable while anything written before is still in this process.
      isFree: () => conn.transport.writable,
      send(frame) {
        socket.emit('frame', frame.header, frame.bytes)
        if (frame.trace) {
          told(
            'send',
            frame.trace,
            { since: frame.since ?? performance.now() },
            { bytes: frame.bytes.length },
          )
          delete frame.trace
        }
        onFrame(frame.header.stage, frame.bytes.length, ageOf(frame, entered))
      },
      takesPatches,
      askWhole: () => room.whole(),
    })
    socket.data = { room, guest, session, frames, takesPatches, isVisible: true, isPointing: false }
    const seat = seats.take(room.id, guest)
    if (!seat) throw new Refusal('room-full')
    conn.once('close', () => {
      // A guest's other sockets draw on; what this one's pens had begun is nowhere any more.
      tellEnds(room, socket.id)
      if (seats.leave(room.id, guest.id)) tellPresence(room.id)
    })
  }

  /** Nothing more comes from under a socket's pens. */
  function tellEnds(room: Room, socket: string): void {
    for (const end of room.leave(socket)) io.to(room.id).emit('live', end)
  }

  /** Tells the room who looks at it. */
  function attend(room: Room): void {
    const data = socketsIn(room).map((socket) => socket.data)
    const attention = data.some(({ isVisible }) => isVisible) ? 'seen' : 'hidden'
    const patches = data.length > 0 && data.every(({ takesPatches }) => takesPatches)
    room.attend(data.length === 0 ? 'none' : attention, patches)
  }

  const guestsOf = (room: string) => together.asSeen(room, seats.guests(room))
  const tellPresence = (room: string) => io.local.to(room).emit('presence', guestsOf(room))
  const seatOf = ({ id, data: { room, guest } }: NurieSocket): Seated => ({
    socket: id,
    room: room.id,
    guest,
  })
  const together = openTogether({
    tell(room, to, event, payload) {
      const address = to === 'all' ? room : 'guest' in to ? guestRoom(room, to.guest) : to.socket
      // The payload belongs to the event, which the types of `emit` lose.
      ;(io.local.to(address).emit as (event: string, payload: unknown) => void)(event, payload)
    },
    relay: ({ socket, room }, event, payload) => io.to(room).except([socket, SLOW]).emit(event, payload),
    presence: tellPresence,
  })

  /** The last thing a socket hears; nothing it says is heard from then on. */
  function putOut(socket: NurieSocket, code: RefusalCode): void {
    const { conn } = socket
    arrivals.get(conn)?.line.because(code)
    socket.emit('notice', { code, text: refusals[code][1] })
    socket.disconnect(true)
    // That waits for what is written; who does not read is not waited for.
    const timer = setTimeout(() => conn.close(true), CLOSE_MS).unref()
    conn.once('close', () => clearTimeout(timer))
  }

  /** The sockets that are in a room, beyond its door. */
  const socketsIn = (room: Room) =>
    Array.from(io.sockets.adapter.rooms.get(room.id) ?? [], (id) => io.sockets.sockets.get(id)).filter(
      (socket) => socket !== undefined,
    )

  io.on('connection', (socket) => {
    const { room, guest, session, frames } = socket.data
    // Once more, in the tick from which on it is told of changes.
    const refused = room.standing(session)
    if (refused) return putOut(socket, refused)
    const timer = setTimeout(() => putOut(socket, 'token-expired'), options.longestMs).unref()
    socket.once('disconnect', () => clearTimeout(timer))
    socket.conn.transport.on('ready', () => frames.pump())
    guard(socket)
    socket.data.backlog = openBacklog({
      onBehind: (isBehind) => void (isBehind ? socket.join(SLOW) : socket.leave(SLOW)),
      onHopeless() {
        // Not told: a client that only was on a bad line comes back by itself.
        onRefused('too-slow')
        arrivals.get(socket.conn)?.line.because('too-slow')
        socket.conn.close(true)
      },
    })
    socket.emit('welcome', {
      room: room.id,
      page: room.info(),
      guest,
      guests: guestsOf(room.id),
      revision: room.revision(),
      opened: room.opened(),
      spotlight: together.spotlight(room.id),
      engine: engine(),
      protocol: PROTOCOL,
    })
    socket.emit('finished', room.finished.list())
    socket.emit('saved', { clock: room.durableClock() })
    socket.emit('status', room.status())
    const trouble = room.trouble()
    for (const code of [trouble, room.wasCondemned ? 'room-kept' : undefined] as const)
      if (code) socket.emit('notice', { code, text: refusals[code][1] })
    void socket.join([room.id, guestRoom(room.id, guest.id)])
    attend(room)
    const seat = seatOf(socket)
    together.enter(seat)
    socket.once('disconnect', () => {
      together.leave(seat)
      attend(room)
    })
    socket.local.to(room.id).emit('presence', guestsOf(room.id))
    void room.whole().then((frame) => frame && frames.offer(frame))
  })

  /** No handler is registered with socket.io itself, which would call it unguarded. */
  function guard(socket: NurieSocket): void {
    const seat = seatOf(socket)
    const guarded = openEventGuard({
      limits,
      log: log.child({ room: roomLabel(seat.room), guest: guestLabel(seat.room, seat.guest.id) }),
      onRefused,
      onDropped,
      tell: (code) => socket.emit('notice', { code, text: refusals[code][1] }),
      handlers: {
        cursor: (cursor) => onCursor(socket, cursor),
        live: (live) => onLive(socket, live),
        view({ visible, idle }) {
          socket.data.isVisible = visible
          attend(socket.data.room)
          together.attend(seat, idle === true || !visible)
          return undefined
        },
        ...together.handlers(seat),
      },
    })
    socket.use((packet) => guarded(packet))
    socket.on('error', () => {}) // An event socket.io itself could not take; without a listener it would throw.
  }

  function onCursor(socket: NurieSocket, cursor: Cursor | CursorGone): undefined {
    const { room, guest, isPointing } = socket.data
    socket.data.isPointing = !('gone' in cursor)
    if ('gone' in cursor && !isPointing) return
    together.use(seatOf(socket))
    // That one goes reaches the slow ones too, or they would go on showing it.
    const others = 'gone' in cursor ? socket.to(room.id) : socket.to(room.id).except(SLOW)
    others.emit('cursor', { ...cursor, guest: guest.id })
  }

  function onLive(socket: NurieSocket, live: LiveChunk | LiveEnd): RefusalCode | undefined {
    const { room, guest } = socket.data
    if (guest.role === 'view') return 'viewer-update'
    if (room.roster.locked()) return 'end' in live ? undefined : 'page-locked'
    if (!room.live(guest.id, live, socket.id)) return 'stroke-refused'
    together.use(seatOf(socket))
    // The end of a stroke reaches the slow ones too, or they would show it for seconds.
    const others = 'end' in live ? socket.to(room.id) : socket.to(room.id).except(SLOW)
    others.emit('live', { ...live, guest: guest.id })
    return undefined
  }

  function notify(room: Room, code: RefusalCode, guest?: string): void {
    io.local.to(guest === undefined ? room.id : guestRoom(room.id, guest)).emit('notice', {
      code,
      text: refusals[code][1],
    })
  }

  const looking = setInterval(() => {
    for (const socket of io.sockets.sockets.values()) socket.data.backlog?.look(queuedIn(socket))
  }, LOOK_MS).unref()

  rooms.listen({
    saved: (room, clock) => io.local.to(room.id).emit('saved', { clock }),
    status: (room, status) => io.local.to(room.id).emit('status', status),
    notice: notify,
    frame(room, frame) {
      for (const socket of socketsIn(room)) socket.data.frames.offer(frame)
    },
    access(room) {
      for (const socket of socketsIn(room)) {
        const code = room.standing(socket.data.session)
        if (code) putOut(socket, code)
      }
    },
    link(room, role, key) {
      for (const socket of socketsIn(room)) {
        socket.emit('link', key !== undefined && socket.data.guest.role === 'host' ? { role, key } : { role })
      }
    },
    finished: (room) => io.local.to(room.id).emit('finished', room.finished.list()),
    comment: (room, change) => io.local.to(room.id).emit('comment', change),
    page(room) {
      const { title, locked } = room.info()
      io.local.to(room.id).emit('page', { title, locked })
      // What is under the pens stays uncommitted.
      for (const { id } of locked ? socketsIn(room) : []) tellEnds(room, id)
    },
  })

  return {
    // engine.io's own type for a request has fields it fills itself.
    upgrade: (request, socket, head) => io.engine.handleUpgrade(request, socket, head),
    guests: guestsOf,
    notify,
    count: () => io.engine.clientsCount,
    roles() {
      const counts = { host: 0, edit: 0, view: 0 }
      for (const { role } of seats.all()) counts[role]++
      return counts
    },
    close() {
      clearInterval(looking)
      io.local.emit('notice', { code: 'shutting-down', text: refusals['shutting-down'][1] })
      for (const { conn } of io.sockets.sockets.values()) arrivals.get(conn)?.line.because('shutting-down')
      // Not `disconnectSockets`: after that a client does not come back by itself.
      io.engine.close()
    },
  }
}

/** Packets that wait in this process; engine.io's type does not name its queue. */
const queuedIn = (socket: NurieSocket) =>
  (socket.conn as unknown as { writeBuffer: unknown[] }).writeBuffer.length

/** Of a frame that came after its socket: what was there before is as old as the page. */
const ageOf = ({ since = 0, changedAt }: Frame, entered: number) =>
  changedAt === undefined || since < entered ? undefined : (performance.now() - changedAt) / 1000

const guestRoom = (room: string, guest: string) => `${room} ${guest}`
