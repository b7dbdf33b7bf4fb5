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
  refusals,
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
import { addStroke, strokesOf, type PackedStroke } from '../shared/strokes.ts'
import { fetchFile, openSession, Problem, type Entrance, type ProblemCode, type Session } from './api.ts'
import type { StrokeAside } from './deviceStore.ts'
import { Emitter } from './emitter.ts'
import { fits, readChange, settingsOf, type OwnChange } from './ownChange.ts'
import { OwnWork } from './ownWork.ts'
import { KEPT, paintAgain, putIn, type ServerState } from './rejoin.ts'
import { SavingLedger, type SavingState } from './saving.ts'
import { Sender } from './sender.ts'
import { heldBy, lostOthersWork, type Held } from './serverLoss.ts'
import { Spans, spansOf } from './spans.ts'
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
  notice: [Notice]
  cursor: [Cursor & { guest: string }]
  live: [(LiveChunk | LiveEnd) & { guest: string }]
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

const RETRY_MS = 1_500
/** After a refusal that others may follow, until the one at fault is known. */
const REFUSED_RETRY_MS = 200
const FULL_ROOM_RETRY_MS = 5_000
/** Bytes waiting in a slow connection, above which nothing is added. */
const FULL_BYTES = 256 * 1024
/** Refusals in a row that nothing sent can explain; more would be a loop. */
const BLAMELESS = 3
const TOKEN_CODES: ReadonlySet<unknown> = new Set<RefusalCode>(['bad-token', 'token-expired', 'no-token'])
/** This person has lost their place; coming back is pointless. */
const PUT_OUT_CODES: ReadonlySet<unknown> = new Set<RefusalCode>(['removed', 'revoked', 'room-ended'])
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

export class RoomConnection extends Emitter<ConnectionEvents> {
  readonly doc = new Y.Doc()
  readonly room: string
  readonly work: OwnWork
  readonly #options: RoomOptions
  readonly #socket: Socket<ServerEvents, ClientEvents>
  readonly #yjs: YjsChannel
  readonly #ledger: SavingLedger
  readonly #sender: Sender
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()
  readonly #stops: (() => void)[]
  /** Known before the server told what it has: of these alone it is sure that the server lacks what they build on. */
  readonly #before: readonly OwnChange[]
  #session: Session
  #saving: SavingState = 'offline'
  #renewal: Promise<void> | undefined
  #closed = false
  #isVisible = true
  #opened: Readonly<Record<string, number>> = {}
  #isSynced = false
  #isStale = false
  #blameless = 0
  /** As the current Yjs connection found it; forgotten when the server has told what it has. */
  #held: Held | undefined
  #serverClocks: ReadonlyMap<number, number> = new Map()
  /** What the server of the current Yjs connection had: changes may be sent. */
  #server: ServerState | undefined
  #isRecovering = false
  /** Changes this document makes itself while it is brought together with the work. */
  #madeNow: OwnChange[] | undefined
  /** The current socket has told what is saved, in full: that is the first `saved` of each. */
  #knowsSaved = false

  constructor(options: RoomOptions, session: Session, work: OwnWork) {
    super()
    this.#options = options
    this.#session = session
    this.room = options.room
    this.work = work
    this.#before = [...work.changes]
    this.#ledger = new SavingLedger(() => work.changes)
    this.#sender = new Sender({
      unsaved: () => this.#ledger.unsaved,
      send: (update, first) => this.#yjs.send(update, first),
      isFull: () => this.#yjs.waitingBytes > FULL_BYTES,
      later: (ms, action) => this.#later(ms, action),
      now: () => performance.now(),
    })
    this.doc.on('update', this.#note)
    this.#stops = [
      work.on('changed', this.#settle),
      work.on('news', (changes) => this.#takeNews(changes)),
      work.on('gone', () => this.#goStale()),
    ]
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

  /** Whether the document holds what the server has: until then nothing is to be painted, it would come to lie under the rest. */
  get isSynced(): boolean {
    return this.#isSynced
  }

  /** Whether anything waits to be saved by the server. */
  get hasUnsaved(): boolean {
    return this.#ledger.unsaved.size > 0
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

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.clearListeners()
    for (const stop of this.#stops) stop()
    this.#sender.end()
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
      this.#knowsSaved = false
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
      this.emit('welcome', welcome)
      this.emit('guests', welcome.guests)
      this.#sender.resume()
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
      // What was kept back while the page was locked.
      this.#sender.resume()
      this.#begin()
    })
    socket.on('notice', (notice) => {
      if (PUT_OUT_CODES.has(notice.code)) this.#refuse(notice.code, notice.text)
      // Of a token that is to be renewed nobody needs to hear.
      else if (!TOKEN_CODES.has(notice.code)) this.emit('notice', notice)
    })
    socket.on('link', (link) => this.emit('link', link))
    socket.on('cursor', (cursor) => this.emit('cursor', cursor))
    socket.on('live', (live) => {
      this.emit('live', 'end' in live ? live : { ...live, points: ownBytes(live.points) })
    })
    socket.on('saved', ({ clock }) => this.#hearSaved(clock))
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
    yjs.on('open', () => {
      this.#held = heldBy(this.doc)
      this.#settle()
    })
    yjs.on('clocks', (clocks) => {
      this.#serverClocks = clocks
      // In the midst of a connection: it takes changes again, and has let go of those that came meanwhile.
      if (this.#server) this.#server = { ...this.#server, clocks }
      this.#begin()
    })
    yjs.on('caughtUp', (update) => void this.#catchUp(update))
    yjs.on('update', (update) => {
      // What comes from the server is on its disk, an undo of ours by the host too.
      if (this.#sender.deletesUnderWay.length > 0) this.#findDeleted(update)
    })
    yjs.on('closed', (close) => {
      this.#held = this.#server = undefined
      this.#sender.end()
      this.#settle()
      if (close) this.#closedByYjs(close.code, close.reason)
    })
    yjs.connect()
    return yjs
  }

  /** The server told everything it has. */
  async #catchUp(update: Uint8Array): Promise<void> {
    const server: ServerState = {
      clocks: this.#serverClocks,
      deleted: new Spans(spansOf(Y.decodeUpdate(update).ds)),
    }
    const held = this.#held
    this.#held = undefined
    this.#nowSaved(this.#ledger.restartDeletes(server.deleted))
    // Without it this was asked for in the midst of a connection, only to learn which deletes are saved.
    if (!held || this.#isStale) return
    if (this.#isSynced && lostOthersWork(held, server, this.work.changes)) return this.#goStale()
    this.#server = server
    if (!this.#isSynced) {
      const lost = putIn(this.doc, this.work.changes, server, this.#session.guest.id)
      this.#isSynced = true
      this.emit('synced')
      if (this.#paints && !(await this.#recover(lost))) return this.#goStale()
    }
    this.#begin()
  }

  /** Nothing is sent before it is sure that no other tab makes the same anew. */
  #begin(): void {
    if (this.#closed) return
    if (this.#server && this.#mayPaint && !this.#isRecovering) this.#sender.begin(this.#server.clocks)
    this.#settle()
  }

  /** Makes what is lost anew. False when another tab does. */
  async #recover(lost: readonly OwnChange[]): Promise<boolean> {
    const before = new Set(this.#before)
    const sure = lost.filter((change) => before.has(change))
    if (sure.length === 0) return true
    const made: OwnChange[] = (this.#madeNow = [])
    paintAgain(this.doc, sure, this.work.changes, this.#session.guest.id)
    this.#madeNow = undefined
    this.#isRecovering = true
    const isOurs = this.work.replace(sure, made)
    this.#ledger.recount()
    this.#isRecovering = !(await isOurs)
    return !this.#isRecovering
  }

  get #paints(): boolean {
    return this.#session.guest.role !== 'view'
  }

  get #mayPaint(): boolean {
    return this.#paints && !this.#session.page.locked
  }

  readonly #note = (update: Uint8Array, _origin: unknown, doc: Y.Doc, transaction: Y.Transaction) => {
    if (!transaction.local) return
    const change = readChange(update, settingsOf(doc, transaction))
    if (this.#madeNow) return void this.#madeNow.push(change)
    this.#ledger.note(change)
    this.work.add(change)
    this.#sender.pump()
    this.#settle()
  }

  /** Another tab of this person did something: it is theirs to send, and ours as well, for it may close before it could. */
  #takeNews(changes: readonly OwnChange[]): void {
    this.#ledger.recount()
    if (!this.#isSynced) return
    for (const change of changes) if (fits(change, this.doc)) Y.applyUpdate(this.doc, change.update, KEPT)
    this.#sender.pump()
    this.#settle()
  }

  #hearSaved(clock: Readonly<Record<string, number>>): void {
    if (!this.#knowsSaved) {
      this.#knowsSaved = true
      this.#nowSaved(this.#ledger.restart(clock))
      // Whether these were named while the socket was away is not known.
      if (this.#sender.deletesUnderWay.length > 0) this.#yjs.ask()
    } else {
      const deletes = this.#sender.named(new Set(Object.keys(clock).map(Number)))
      this.#nowSaved([...this.#ledger.confirm(clock), ...this.#ledger.confirmDeletes(deletes)])
    }
  }

  #findDeleted(update: Uint8Array): void {
    const deleted = new Spans(spansOf(Y.decodeUpdate(update).ds))
    const gone = this.#sender.deletesUnderWay.filter((change) =>
      change.deletes.every((span) => deleted.covers(span)),
    )
    this.#nowSaved(this.#ledger.confirmDeletes(gone))
  }

  #nowSaved(changes: readonly OwnChange[]): void {
    if (changes.length > 0) {
      this.#blameless = 0
      this.work.markSaved(changes)
    }
    this.#sender.saved(changes)
    this.#settle()
  }

  #goStale(): void {
    if (this.#isStale || this.#closed) return
    this.#isStale = true
    this.#sender.end()
    this.emit('stale')
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
    if (why === 'too-fast') this.#sender.slowDown()
    else if (FINAL_CODES.has(why)) this.#refuse(why!)
    else if (code === closeCodes.token) void this.#renewAndReconnect()
    else if (code === closeCodes.room) this.#refuse('room-not-found')
    else if (why && FOR_NOW.has(why)) {
      this.#sender.hold()
      this.#later(RETRY_MS, () => this.#yjs.connect())
    } else if (code >= 4400 && code < 4500) void this.#changeRefused(why ?? 'malformed-update')
  }

  /** The server will not have something that was sent. */
  async #changeRefused(code: RefusalCode): Promise<void> {
    const suspects = this.#sender.refused()
    if (suspects.length === 0 && ++this.#blameless >= BLAMELESS) return this.#refuse(code)
    const isForAll = FOR_ALL.has(code) && suspects.length > 0
    if (suspects.length === 1 || isForAll) {
      const culprits = isForAll ? [...this.#ledger.unsaved] : suspects
      await this.work.setAside(culprits, { code, text: refusals[code][1] })
      return this.#goStale()
    }
    this.#later(REFUSED_RETRY_MS, () => this.#yjs.connect())
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
        if (isAnother) this.#goStale()
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
      this.#later(RETRY_MS, () => void this.#renewAndReconnect())
      return
    }
    if (this.#closed) return
    this.#socket.connect()
    this.#yjs.connect()
  }

  /** Gives what takes it back. */
  #later(ms: number, action: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (!this.#closed) action()
    }, ms)
    this.#timers.add(timer)
    return () => {
      clearTimeout(timer)
      this.#timers.delete(timer)
    }
  }

  /** Told also when only where it is kept has changed. */
  readonly #settle = () => {
    if (this.#closed) return
    const isOnline = this.#socket.connected && this.#yjs.isOpen
    // A locked page takes nothing: what waits for it to be opened waits here.
    const isKeptOut = this.hasUnsaved && this.#paints && !this.#mayPaint
    // A server that came back may have lost something.
    const isSaved = !this.#paints || (!this.hasUnsaved && this.#knowsSaved && this.#server !== undefined)
    this.#saving = !isOnline || isKeptOut ? 'offline' : isSaved ? 'saved' : 'saving'
    this.emit('saving', this.#saving)
  }
}
