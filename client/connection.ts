/**
 * One person's presence in one room: the session, the Yjs channel, the socket.io channel, and whether the work is saved.
 * Knows no Vue and no canvas; tested in Node.
 *
 * It reconnects by itself, renews an expired token by coming back as the same guest, and stops only when the server says that
 * trying again is pointless (state `refused`). The document belongs to the connection and lives as long as it; the work (what this
 * person did) is given, and outlives it. When the document cannot go on (`stale`) `again` gives a connection with a fresh one.
 */
import { io, type Socket } from 'socket.io-client'
import * as Y from 'yjs'
import {
  closeCodes,
  PROTOCOL,
  refusals,
  type ClientEvents,
  type CommentChange,
  type Cursor,
  type FinishedRegion,
  type CursorGone,
  type Guest,
  type LiveChunk,
  type LiveEnd,
  type NewLink,
  type Notice,
  type PageInfo,
  type Ping,
  type RefusalCode,
  type SentHeader,
  type ServerEvents,
  type Sight,
  type Status,
  type Welcome,
} from '../shared/protocol.ts'
import { addStroke, strokesOf, type PackedStroke } from '../shared/strokes.ts'
import { callRoom, openSession, Problem, type Entrance, type ProblemCode, type Session } from './api/api.ts'
import type { StrokeAside } from './own/deviceStore.ts'
import { Emitter } from './emitter.ts'
import { OwnWork } from './own/ownWork.ts'
import type { RoomCopy } from './own/roomCopies.ts'
import type { SavingState } from './own/saving.ts'
import { WorkSync } from './own/workSync.ts'
import { YjsChannel } from './yjsChannel.ts'

/** The origin of this person's own changes: what undo tracks. */
export const LOCAL = Symbol('local')

export type Refusal = { code: ProblemCode; text: string }

export type ConnectionEvents = {
  session: [Session]
  welcome: [Welcome]
  /** `covers.clock` is complete: `opened` of the welcome is in it. */
  frame: [SentHeader, Uint8Array<ArrayBuffer>]
  guests: [readonly Guest[]]
  saving: [SavingState]
  /** The document holds every stroke the server has. */
  synced: []
  /** This document can never agree with the server's: go on with `again`. */
  stale: []
  status: [Status]
  page: [PageInfo]
  link: [NewLink]
  /** All finished regions there are. */
  finished: [readonly FinishedRegion[]]
  comment: [CommentChange]
  notice: [Notice]
  cursor: [(Cursor | CursorGone) & { guest: string }]
  live: [(LiveChunk | LiveEnd) & { guest: string }]
  ping: [Ping & { guest: string }]
  sight: [Sight & { guest: string }]
  followers: [{ guests: string[] }]
  unfollowed: [{ guest: string; why: 'left' | 'follows' }]
  spotlight: [{ guest: string | null }]
  refused: [Refusal]
}

export type RoomOptions = {
  /** `http://host:port` of the server. */
  origin: string
  room: string
  entrance: Entrance
  /** What this person did here, now and on earlier visits. */
  work?: OwnWork
  WebSocket?: typeof WebSocket
}

/** What people do together beside painting: passed on as it comes. */
const TOGETHER = ['cursor', 'ping', 'sight', 'followers', 'unfollowed', 'spotlight'] as const
type Together = 'cursor' | 'ping' | 'sight' | 'follow' | 'spotlight'

const RETRY_MS = 1_500
/** A server that ends says so; who is let in again soon, there or elsewhere, was not offline. */
const MOVE_MS = 2_000
/** After a refusal that others may follow, until the one at fault is known. */
const REFUSED_RETRY_MS = 200
const FULL_ROOM_RETRY_MS = 5_000
const TOKEN_CODES: ReadonlySet<unknown> = new Set<RefusalCode>(['bad-token', 'token-expired', 'no-token'])
const PUT_OUT_CODES: ReadonlySet<unknown> = new Set<RefusalCode>(['removed', 'revoked', 'room-ended'])
/** This person has lost their place; coming back is pointless. */
export const isPutOut = (code: unknown): boolean => PUT_OUT_CODES.has(code)
const FINAL_CODES: ReadonlySet<unknown> = new Set([...PUT_OUT_CODES, 'room-not-found', 'role-too-low'])
/** Nothing is wrong with the change: the server takes none for now. */
const FOR_NOW: ReadonlySet<string> = new Set<RefusalCode>([
  'page-locked',
  'disk-full',
  'viewer-update',
  'client-limit',
])
/** No other stroke would fare better. */
const FOR_ALL: ReadonlySet<string> = new Set<RefusalCode>(['page-full'])

const isCode = (code: unknown): code is RefusalCode => typeof code === 'string' && code in refusals
const ownBytes = (bytes: Uint8Array | ArrayBuffer) => new Uint8Array(bytes as ArrayBuffer)

/** Opens a session and both channels. Rejects with a `Problem` when the room does not let this person in. */
export async function openRoom(options: RoomOptions): Promise<RoomConnection> {
  const session = await openSession(options.room, options.entrance, options.origin)
  return new RoomConnection(options, session, options.work ?? (await OwnWork.open(null)))
}

/**
 * Opens a room from what this device kept of it while the server is out of reach: it can be painted on at once, and the channels go on
 * trying.
 */
export function openKeptRoom(options: RoomOptions, copy: RoomCopy, work: OwnWork): RoomConnection {
  const session = { ...copy.session, token: options.entrance.previous ?? '' }
  return new RoomConnection(options, session, work, copy)
}

export class RoomConnection extends Emitter<ConnectionEvents> {
  readonly doc = new Y.Doc()
  readonly room: string
  readonly work: OwnWork
  /** What it was opened from, where that was not the server. */
  readonly kept: RoomCopy | undefined
  readonly #options: RoomOptions
  readonly #socket: Socket<ServerEvents, ClientEvents>
  readonly #yjs: YjsChannel
  readonly #sync: WorkSync
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  #session: Session
  #saving: SavingState = 'offline'
  #renewal: Promise<void> | undefined
  #closed = false
  #isMoving = false
  #attention = { visible: true, idle: false }
  #opened: Readonly<Record<string, number>> = {}
  #finished: readonly FinishedRegion[] = []

  constructor(options: RoomOptions, session: Session, work: OwnWork, kept?: RoomCopy) {
    super()
    this.#options = options
    this.#session = session
    this.room = options.room
    this.work = work
    this.kept = kept
    this.#socket = this.#openSocket()
    this.#yjs = this.#openYjs()
    this.#sync = this.#openSync()
    if (kept) this.#sync.beginFrom(kept.state)
    this.#yjs.connect()
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

  get finished(): readonly FinishedRegion[] {
    return this.#finished
  }

  /** Whether the document holds what the server has: until then nothing is to be painted, it would come to lie under the rest. */
  get isSynced(): boolean {
    return this.#sync.isSynced
  }

  /** Whether anything waits to be saved by the server. */
  get hasUnsaved(): boolean {
    return this.#sync.hasUnsaved
  }

  /** Adds one of this person's strokes to the page. */
  commit(stroke: PackedStroke): void {
    addStroke(this.doc, stroke, LOCAL)
  }

  /** Paints strokes that were set aside once more; those that are there already are not. */
  async tryAgain(aside: readonly StrokeAside[]): Promise<void> {
    const there = new Set(strokesOf(this.doc).map((stroke) => (stroke as { id?: unknown }).id))
    for (const { stroke } of aside) {
      if (!there.has(stroke.id)) this.commit({ ...stroke, by: this.#session.guest.id })
    }
    await this.work.dropAside(aside.map(({ stroke }) => stroke.id))
  }

  /** Ends this connection; what was done here goes on in another one, on a fresh document. */
  async again(): Promise<RoomConnection> {
    await this.close()
    await this.work.refresh()
    return new RoomConnection(this.#options, this.#session, this.work)
  }

  /** Told while there is a connection, or not at all. */
  say<Event extends Together>(event: Event, ...payload: Parameters<ClientEvents[Event]>): void {
    if (this.#socket.connected) this.#socket.emit(event, ...payload)
  }

  sendCursor(cursor: Cursor): void {
    if (this.#socket.connected) this.#socket.volatile.emit('cursor', cursor)
  }

  sendLive(message: LiveChunk | LiveEnd): void {
    if (this.#socket.connected) this.#socket.emit('live', message)
  }

  /** Whether anybody can see this page (pictures that nobody sees are not refined), and whether nobody is at it. */
  attend(attention: { visible: boolean; idle: boolean }): void {
    this.#attention = attention
    if (this.#socket.connected) this.#socket.emit('view', attention)
  }

  /** A file of the room (`line.png`, `export?format=png`). */
  async file(path: string): Promise<Blob> {
    return (await this.answer(path)).blob()
  }

  /** The same with the headers of the answer. */
  answer(path: string): Promise<Response> {
    return this.withToken((token) => callRoom(this.room, token, path, {}, this.#options.origin))
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

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.clearListeners()
    this.#sync.close()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#socket.disconnect()
    this.#yjs.close()
    await this.work.settled()
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
      this.#sync.listen()
      this.#settle()
      // A new socket counts as visible, and somebody as at it.
      if (!this.#attention.visible || this.#attention.idle) this.attend(this.#attention)
    })
    socket.on('disconnect', (reason) => {
      this.#settle()
      // The stock client stays away when the server ended it; the token tells whether we may come back.
      if (reason === 'io server disconnect') this.#later(RETRY_MS, () => void this.#renewAndReconnect())
    })
    socket.on('connect_error', (error) => this.#refusedBySocket(error))
    socket.on('welcome', (welcome) => {
      // A server of before an upgrade that is under way: the next try may come to a new one.
      if (welcome.protocol < PROTOCOL) {
        socket.disconnect()
        return this.#later(RETRY_MS, () => socket.connect())
      }
      this.#opened = welcome.opened
      this.#session = { ...this.#session, guest: welcome.guest, role: welcome.guest.role, page: welcome.page }
      this.emit('welcome', welcome)
      this.emit('guests', welcome.guests)
      this.#sync.resume()
    })
    socket.on('frame', (header, bytes) => {
      const clock = { ...this.#opened, ...header.covers.clock }
      this.emit('frame', { ...header, covers: { ...header.covers, clock } }, ownBytes(bytes))
    })
    socket.on('presence', (guests) => this.emit('guests', guests))
    socket.on('status', (status) => this.emit('status', status))
    socket.on('page', (page) => {
      this.#session = { ...this.#session, page: { ...this.#session.page, ...page } }
      this.emit('page', this.#session.page)
      this.#sync.resume()
    })
    socket.on('notice', (notice) => {
      if (notice.code === 'shutting-down') this.#move()
      if (isPutOut(notice.code)) this.#refuse(notice.code, notice.text)
      // Of a token that is to be renewed nobody needs to hear.
      else if (!TOKEN_CODES.has(notice.code)) this.emit('notice', notice)
    })
    socket.on('link', (link) => this.emit('link', link))
    socket.on('comment', (change) => this.emit('comment', change))
    socket.on('finished', (regions) => {
      this.#finished = regions
      this.emit('finished', regions)
    })
    for (const event of TOGETHER) {
      const pass = (payload: never) => this.emit(event, payload)
      socket.on(event, pass as never)
    }
    socket.on('live', (live) => {
      this.emit('live', 'end' in live ? live : { ...live, points: ownBytes(live.points) })
    })
    socket.on('saved', ({ clock }) => this.#sync.hearSaved(clock))
    return socket
  }

  #openYjs(): YjsChannel {
    const yjs = new YjsChannel({
      url: `${this.#options.origin.replace(/^http/, 'ws')}/yjs`,
      room: this.room,
      doc: this.doc,
      token: this.#session.token,
      ...(this.#options.WebSocket && { WebSocket: this.#options.WebSocket }),
    })
    yjs.on('open', this.#settle)
    yjs.on('closed', (close) => {
      this.#settle()
      if (close) this.#closedByYjs(close.code, close.reason)
    })
    return yjs
  }

  #openSync(): WorkSync {
    const sync = new WorkSync({
      doc: this.doc,
      work: this.work,
      channel: this.#yjs,
      guest: () => ({
        id: this.#session.guest.id,
        paints: this.#paints,
        isKeptOut: this.#session.page.locked,
      }),
    })
    sync.on('synced', () => this.emit('synced'))
    sync.on('stale', () => this.emit('stale'))
    sync.on('settled', this.#settle)
    return sync
  }

  get #paints(): boolean {
    return this.#session.guest.role !== 'view'
  }

  #refusedBySocket(error: Error & { data?: unknown }): void {
    this.#settle()
    const code = (error.data as { code?: unknown } | undefined)?.code
    if (this.#socket.active || this.#closed) return
    if (TOKEN_CODES.has(code)) void this.#renewAndReconnect()
    else if (FINAL_CODES.has(code) && isCode(code)) this.#refuse(code)
    else {
      if (isCode(code)) this.emit('notice', { code, text: refusals[code][1] })
      this.#later(code === 'room-full' ? FULL_ROOM_RETRY_MS : RETRY_MS, () => this.#socket.connect())
    }
  }

  #closedByYjs(code: number, reason: string): void {
    const why = isCode(reason) ? reason : undefined
    if (why === 'too-fast') this.#sync.slowDown()
    else if (FINAL_CODES.has(why)) this.#refuse(why!)
    else if (code === closeCodes.token) void this.#renewAndReconnect()
    else if (code === closeCodes.room) this.#refuse('room-not-found')
    else if (why && FOR_NOW.has(why)) {
      this.#sync.hold()
      this.#later(RETRY_MS, () => this.#yjs.connect())
    } else if (code >= 4400 && code < 4500) void this.#changeRefused(why ?? 'malformed-update')
  }

  /** The server will not have something that was sent. */
  async #changeRefused(code: RefusalCode): Promise<void> {
    const goesOn = await this.#sync.refused({ code, text: refusals[code][1] }, FOR_ALL.has(code))
    if (!goesOn) this.#refuse(code)
    else this.#later(REFUSED_RETRY_MS, () => this.#yjs.connect())
  }

  #refuse(code: RefusalCode, text: string = refusals[code][1]): void {
    this.#socket.disconnect()
    this.#yjs.disconnect()
    this.emit('refused', { code, text })
  }

  /** One renewal at a time; the next failure may start another. */
  #renew(): Promise<void> {
    this.#renewal ??= openSession(
      this.room,
      { ...this.#options.entrance, previous: this.#session.token },
      this.#options.origin,
    )
      .then((session) => {
        const isAnother = session.guest.id !== this.#session.guest.id
        this.#session = session
        this.#yjs.token = session.token
        this.emit('session', session)
        // What the former guest did is not this one's to send; a fresh document paints it in the new name.
        if (isAnother) this.#sync.end()
      })
      .finally(() => (this.#renewal = undefined))
    return this.#renewal
  }

  async #renewAndReconnect(): Promise<void> {
    try {
      await this.#renew()
    } catch (problem) {
      const code = problem instanceof Problem ? problem.code : 'internal'
      if (FINAL_CODES.has(code) && isCode(code)) return this.#refuse(code, (problem as Problem).message)
      return this.#later(RETRY_MS, () => void this.#renewAndReconnect())
    }
    if (this.#closed) return
    this.#socket.connect()
    this.#yjs.connect()
  }

  #move(): void {
    this.#isMoving = true
    this.#later(MOVE_MS, () => {
      this.#isMoving = false
      this.#settle()
    })
  }

  #later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#closed) action()
    }, ms)
    this.#timers.add(timer)
  }

  /** Told also when only where it is kept has changed. */
  readonly #settle = () => {
    if (this.#closed) return
    const isOnline = this.#socket.connected && this.#yjs.isOpen
    // A locked page takes nothing: what waits for it to be opened waits here.
    const isKeptOut = this.#paints && this.#session.page.locked && this.hasUnsaved
    const isSaved = !this.#paints || this.#sync.isSaved
    const isOffline = (!isOnline && !this.#isMoving) || isKeptOut
    this.#saving = isOffline ? 'offline' : isSaved && isOnline ? 'saved' : 'saving'
    this.emit('saving', this.#saving)
  }
}
