/**
 * One person's presence in one room: the session, the Yjs channel, the socket.io channel, and whether the work is saved.
 * Knows no Vue and no canvas; tested in Node.
 *
 * It reconnects by itself, renews an expired token by coming back as the same guest, and stops only when the server says that
 * trying again is pointless (state `refused`). The document belongs to the connection and lives as long as it.
 */
import { io, type Socket } from 'socket.io-client'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import {
  closeCodes,
  refusals,
  YJS_SUBPROTOCOL,
  type ClientEvents,
  type Cursor,
  type Guest,
  type LiveChunk,
  type LiveEnd,
  type NewLink,
  type Notice,
  type PageInfo,
  type RefusalCode,
  type SentHeader,
  type ServerEvents,
  type Status,
  type Welcome,
} from '../shared/protocol.ts'
import { addStroke, type PackedStroke } from '../shared/strokes.ts'
import { fetchFile, openSession, Problem, type Entrance, type ProblemCode, type Session } from './api.ts'
import type { DeviceStore } from './deviceStore.ts'
import { Emitter } from './emitter.ts'
import { SavingLedger, type SavingState } from './saving.ts'

/** The origin of this person's own changes: what undo tracks. */
export const LOCAL = Symbol('local')

export type Refusal = { code: ProblemCode | 'content-refused'; text: string }

export type ConnectionEvents = {
  session: [Session]
  welcome: [Welcome]
  /** `covers.clock` is complete: `opened` of the welcome is in it. */
  frame: [SentHeader, Uint8Array<ArrayBuffer>]
  guests: [readonly Guest[]]
  saving: [SavingState]
  status: [Status]
  notice: [Notice]
  page: [PageInfo]
  link: [NewLink]
  cursor: [Cursor & { guest: string }]
  live: [(LiveChunk | LiveEnd) & { guest: string }]
  refused: [Refusal]
}

export type RoomOptions = {
  /** `http://host:port` of the server. */
  origin: string
  room: string
  entrance: Entrance
  /** Brings back what an earlier visit kept on this device; resolved before anything is sent. */
  keep?: (doc: Y.Doc, guest: Guest) => Promise<DeviceStore | null>
  WebSocket?: typeof WebSocket
}

const RETRY_MS = 1_500
const FULL_ROOM_RETRY_MS = 5_000
const TOKEN_CODES: ReadonlySet<unknown> = new Set<RefusalCode>(['bad-token', 'token-expired', 'no-token'])
/** This person has lost their place; coming back is pointless. */
const PUT_OUT_CODES: ReadonlySet<unknown> = new Set<RefusalCode>(['removed', 'revoked', 'room-ended'])
const FINAL_CODES: ReadonlySet<unknown> = new Set([...PUT_OUT_CODES, 'room-not-found', 'role-too-low'])

const isCode = (code: unknown): code is RefusalCode => typeof code === 'string' && code in refusals
const ownBytes = (bytes: Uint8Array | ArrayBuffer) => new Uint8Array(bytes as ArrayBuffer)

/** Opens a session and both channels. Rejects with a `Problem` when the room does not let this person in. */
export async function openRoom(options: RoomOptions): Promise<RoomConnection> {
  const session = await openSession(options.room, options.entrance, options.origin)
  const doc = new Y.Doc()
  const store = (await options.keep?.(doc, session.guest)) ?? null
  return new RoomConnection(options, session, doc, store)
}

export class RoomConnection extends Emitter<ConnectionEvents> {
  readonly doc: Y.Doc
  readonly room: string
  readonly #options: RoomOptions
  readonly #store: DeviceStore | null
  readonly #socket: Socket<ServerEvents, ClientEvents>
  readonly #yjs: WebsocketProvider
  readonly #ledger = new SavingLedger()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  #session: Session
  #saving: SavingState = 'offline'
  #renewal: Promise<void> | undefined
  #closed = false
  #isVisible = true
  /** The Yjs channel rests until the page is open again. */
  #keptOut = false
  #opened: Readonly<Record<string, number>> = {}

  constructor(options: RoomOptions, session: Session, doc: Y.Doc, store: DeviceStore | null) {
    super()
    this.#options = options
    this.#session = session
    this.#store = store
    this.room = options.room
    this.doc = doc
    this.#ledger.own([doc.clientID, ...Y.decodeStateVector(Y.encodeStateVector(doc)).keys()])
    doc.on('afterTransaction', this.#weigh)
    this.#socket = this.#openSocket()
    this.#yjs = this.#openYjs()
  }

  get origin(): string {
    return this.#options.origin
  }

  get session(): Session {
    return this.#session
  }

  get saving(): SavingState {
    return this.#saving
  }

  /** Adds one of this person's strokes to the page. */
  commit(stroke: PackedStroke): void {
    addStroke(this.doc, stroke, LOCAL)
  }

  sendCursor(cursor: Cursor): void {
    if (this.#socket.connected) this.#socket.volatile.emit('cursor', cursor)
  }

  sendLive(message: LiveChunk | LiveEnd): void {
    if (this.#socket.connected) this.#socket.emit('live', message)
  }

  /** Whether anybody can see this page: pictures that nobody sees are not refined. */
  show(isVisible: boolean): void {
    this.#isVisible = isVisible
    if (this.#socket.connected) this.#socket.emit('view', { visible: isVisible })
  }

  /** A file of the room (`line.png`, `export?format=png`). */
  file(path: string): Promise<Blob> {
    return this.withToken((token) => fetchFile(this.room, path, token, this.#options.origin))
  }

  /** Does what needs the token, once more with a new one when it has expired. */
  async withToken<T>(work: (token: string) => Promise<T>): Promise<T> {
    try {
      return await work(this.#session.token)
    } catch (problem) {
      if (!(problem instanceof Problem) || !TOKEN_CODES.has(problem.code)) throw problem
      await this.#renew()
      return work(this.#session.token)
    }
  }

  /** Comes back as the same guest under another name. */
  async rename(name: string): Promise<void> {
    this.#options.entrance.name = name
    await this.#renew()
    this.#socket.disconnect().connect()
  }

  /** Throws away what this device keeps of the room. */
  async forget(): Promise<void> {
    await this.#store?.forget()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.clearListeners()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#socket.disconnect()
    this.#yjs.destroy()
    await this.#store?.close()
    this.doc.destroy()
  }

  #openSocket(): Socket<ServerEvents, ClientEvents> {
    const socket: Socket<ServerEvents, ClientEvents> = io(this.#options.origin, {
      transports: ['websocket'],
      forceNew: true,
      reconnectionDelay: 300,
      reconnectionDelayMax: 2_500,
      auth: (give) => give({ room: this.room, token: this.#session.token, patches: true }),
    })
    socket.on('connect', () => {
      this.#settle()
      // A new socket counts as visible.
      if (!this.#isVisible) this.show(false)
    })
    socket.on('disconnect', (reason) => {
      this.#settle()
      // The stock client stays away when the server ended it; the token tells whether we may come back.
      if (reason === 'io server disconnect') this.#later(RETRY_MS, () => void this.#renewAndReconnect())
    })
    socket.on('connect_error', (error) => this.#refusedBySocket(error))
    socket.on('welcome', (welcome) => {
      this.#opened = welcome.opened
      this.#session = { ...this.#session, guest: welcome.guest, role: welcome.guest.role, page: welcome.page }
      this.#heed(welcome.page)
      this.emit('welcome', welcome)
      this.emit('guests', welcome.guests)
    })
    socket.on('frame', (header, bytes) => {
      const clock = { ...this.#opened, ...header.covers.clock }
      this.emit('frame', { ...header, covers: { ...header.covers, clock } }, ownBytes(bytes))
    })
    socket.on('presence', (guests) => this.emit('guests', guests))
    socket.on('status', (status) => this.emit('status', status))
    socket.on('notice', (notice) => {
      if (PUT_OUT_CODES.has(notice.code)) this.#refuse(notice)
      // Of a token that is to be renewed nobody needs to hear.
      else if (!TOKEN_CODES.has(notice.code)) this.emit('notice', notice)
    })
    socket.on('link', (link) => this.emit('link', link))
    socket.on('page', (page) => {
      this.#session = { ...this.#session, page: { ...this.#session.page, ...page } }
      this.#heed(page)
      this.emit('page', this.#session.page)
    })
    socket.on('cursor', (cursor) => this.emit('cursor', cursor))
    socket.on('live', (live) => {
      this.emit('live', 'end' in live ? live : { ...live, points: ownBytes(live.points) })
    })
    socket.on('saved', ({ clock }) => {
      this.#ledger.confirm(clock)
      this.#settle()
    })
    return socket
  }

  #openYjs(): WebsocketProvider {
    const url = `${this.#options.origin.replace(/^http/, 'ws')}/yjs`
    const yjs = new WebsocketProvider(url, this.room, this.doc, {
      protocols: [YJS_SUBPROTOCOL, this.#session.token],
      disableBc: true,
      ...(this.#options.WebSocket && { WebSocketPolyfill: this.#options.WebSocket }),
    })
    // Presence comes from the server, per socket; Yjs awareness is not used.
    yjs.awareness.setLocalState(null)
    yjs.on('status', this.#settle)
    yjs.on('sync', this.#settle)
    yjs.on('closed', ({ code, reason }) => this.#refusedByYjs(code, reason))
    return yjs
  }

  #refusedBySocket(error: Error & { data?: unknown }): void {
    this.#settle()
    const code = (error.data as { code?: unknown } | undefined)?.code
    if (this.#socket.active || this.#closed) return
    if (TOKEN_CODES.has(code)) void this.#renewAndReconnect()
    else if (FINAL_CODES.has(code) && isCode(code)) this.#refuse({ code, text: refusals[code][1] })
    else {
      if (isCode(code)) this.emit('notice', { code, text: refusals[code][1] })
      this.#later(code === 'room-full' ? FULL_ROOM_RETRY_MS : RETRY_MS, () => this.#socket.connect())
    }
  }

  #refusedByYjs(code: number, reason: string): void {
    if (code === closeCodes.token) void this.#renewAndReconnect()
    else if (reason === 'page-locked') this.#awaitUnlock()
    else if (isCode(reason) && PUT_OUT_CODES.has(reason))
      this.#refuse({ code: reason, text: refusals[reason][1] })
    else if (code === closeCodes.room)
      this.#refuse({ code: 'room-not-found', text: refusals['room-not-found'][1] })
    else {
      const text = isCode(reason) ? refusals[reason][1] : refusals['role-too-low'][1]
      this.#refuse({
        code: code === closeCodes.forbidden && !isCode(reason) ? 'role-too-low' : 'content-refused',
        text,
      })
    }
  }

  /** What the lock kept out stays on this device; it is sent when the page is open again. */
  #awaitUnlock(): void {
    this.#keptOut = true
    // Closed and opened again meanwhile, or its closing not heard of yet.
    if (!this.#session.page.locked) this.#later(RETRY_MS, () => this.#heed(this.#session.page))
  }

  #heed({ locked }: Pick<PageInfo, 'locked'>): void {
    if (locked || !this.#keptOut) return
    this.#keptOut = false
    this.#yjs.connect()
  }

  #refuse(refusal: Refusal): void {
    this.#socket.disconnect()
    this.#yjs.disconnect()
    this.emit('refused', refusal)
  }

  /** One renewal at a time; the next failure may start another. */
  #renew(): Promise<void> {
    this.#renewal ??= openSession(
      this.room,
      { ...this.#options.entrance, previous: this.#session.token },
      this.#options.origin,
    )
      .then((session) => {
        if (session.guest.id !== this.#session.guest.id) this.#turnInto()
        this.#session = session
        this.#yjs.protocols = [YJS_SUBPROTOCOL, session.token]
        this.emit('session', session)
      })
      .finally(() => (this.#renewal = undefined))
    return this.#renewal
  }

  /** Another guest now: what is painted from here on must not continue the former guest's Yjs client. */
  #turnInto(): void {
    this.doc.clientID = crypto.getRandomValues(new Uint32Array(1))[0]!
    this.#ledger.own([this.doc.clientID])
  }

  async #renewAndReconnect(): Promise<void> {
    try {
      await this.#renew()
    } catch (problem) {
      const code = problem instanceof Problem ? problem.code : 'internal'
      if (FINAL_CODES.has(code)) return this.#refuse({ code, text: (problem as Problem).message })
      return this.#later(RETRY_MS, () => void this.#renewAndReconnect())
    }
    if (this.#closed) return
    this.#socket.connect()
    this.#yjs.connect()
  }

  #later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#closed) action()
    }, ms)
    this.#timers.add(timer)
  }

  readonly #weigh = (transaction: Y.Transaction) => {
    if (!transaction.local) return
    const grew =
      transaction.afterState.get(this.doc.clientID) !== transaction.beforeState.get(this.doc.clientID)
    if (!grew && transaction.deleteSet.clients.size > 0) this.#ledger.deleted()
    this.#settle()
  }

  readonly #settle = () => {
    this.#ledger.online = this.#socket.connected && this.#yjs.wsconnected
    const state = this.#ledger.state(Y.decodeStateVector(Y.encodeStateVector(this.doc)))
    if (state === this.#saving || this.#closed) return
    this.#saving = state
    this.emit('saving', state)
  }
}
