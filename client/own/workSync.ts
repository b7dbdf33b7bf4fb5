/**
 * One document over the Yjs channel: what the server has and what this person did, brought together. It begins empty, takes what the
 * server has, then the work that fits, makes anew what a server that lost something lacks, and has the sender bring the rest
 * there. It knows what of the work is saved.
 *
 * `stale` when the document can never agree with the server's (it was restored from a backup; a change was set aside; another tab made
 * lost work anew; somebody else's session): then a fresh document has to go on with the same work. Knows no session and no close code.
 */
import * as Y from 'yjs'
import type { RefusalCode } from '../../shared/protocol.ts'
import { Emitter } from '../emitter.ts'
import { fits, readChange, settingsOf, type OwnChange } from './ownChange.ts'
import type { OwnWork } from './ownWork.ts'
import { KEPT, paintAgain, putIn, type ServerState } from './rejoin.ts'
import { SavingLedger } from './saving.ts'
import { Sender } from './sender.ts'
import { heldBy, lostOthersWork, type Held } from './serverLoss.ts'
import { Spans, spansOf } from './spans.ts'
import type { YjsChannel } from '../yjsChannel.ts'

export type WorkSyncEvents = {
  /** The document holds every stroke the server has. */
  synced: []
  stale: []
  /** What is saved, or kept, may be another. */
  settled: []
}

export type WorkSyncOptions = {
  doc: Y.Doc
  work: OwnWork
  channel: YjsChannel
  /** The guest who is here now, and what they may do. */
  guest: () => { id: string; paints: boolean; isKeptOut: boolean }
}

/** Bytes waiting in a slow connection, above which nothing is added. */
const FULL_BYTES = 256 * 1024
/** Refusals in a row that nothing sent can explain; more would be a loop. */
const BLAMELESS = 3

export class WorkSync extends Emitter<WorkSyncEvents> {
  readonly #doc: Y.Doc
  readonly #work: OwnWork
  readonly #channel: YjsChannel
  readonly #guest: WorkSyncOptions['guest']
  readonly #ledger: SavingLedger
  readonly #sender: Sender
  readonly #stops: (() => void)[]
  /** Known before the server told what it has: of these alone it is sure that the server lacks what they build on. */
  readonly #before: ReadonlySet<OwnChange>
  #isSynced = false
  /** The server told what it has, and the document was brought together with it. */
  #isMet = false
  #isOver = false
  #blameless = 0
  /** As the current connection found it; forgotten when the server has told what it has. */
  #held: Held | undefined
  #serverClocks: ReadonlyMap<number, number> = new Map()
  /** What the server of the current connection had: changes may be sent. */
  #server: ServerState | undefined
  #isRecovering = false
  /** Changes the document makes itself while it is brought together with the work. */
  #madeNow: OwnChange[] | undefined
  /** What is saved was told in full since the last `listen`: that is the first `saved` of each socket. */
  #knowsSaved = false

  constructor({ doc, work, channel, guest }: WorkSyncOptions) {
    super()
    this.#doc = doc
    this.#work = work
    this.#channel = channel
    this.#guest = guest
    this.#before = new Set(work.changes)
    this.#ledger = new SavingLedger(() => work.changes)
    this.#sender = new Sender({
      unsaved: () => this.#ledger.unsaved,
      send: (update, isCatchUp) => channel.send(update, isCatchUp),
      isFull: () => channel.waitingBytes > FULL_BYTES,
      later(ms, action) {
        const timer = setTimeout(action, ms)
        return () => clearTimeout(timer)
      },
      now: () => performance.now(),
    })
    doc.on('update', this.#note)
    this.#stops = [
      work.on('changed', () => this.emit('settled')),
      work.on('news', (changes) => this.#takeNews(changes)),
      work.on('gone', () => this.end()),
      channel.on('open', () => (this.#held = heldBy(doc))),
      channel.on('clocks', (clocks) => this.#hearClocks(clocks)),
      channel.on('caughtUp', (update) => void this.#catchUp(update)),
      channel.on('update', (update) => this.#findDeleted(update)),
      channel.on('closed', () => {
        this.#held = this.#server = undefined
        this.#sender.end()
      }),
    ]
  }

  get isSynced(): boolean {
    return this.#isSynced
  }

  get hasUnsaved(): boolean {
    return this.#ledger.unsaved.size > 0
  }

  /** Nothing is unsaved, and both channels have told what this server has: one that came back may have lost something. */
  get isSaved(): boolean {
    return !this.hasUnsaved && this.#knowsSaved && this.#server !== undefined
  }

  /** Goes on from what this device kept of the document, until the server tells what it has. */
  beginFrom(state: Uint8Array): void {
    Y.applyUpdate(this.#doc, state, KEPT)
    putIn(this.#doc, this.#work.changes, { clocks: new Map(), deleted: new Spans([]) }, this.#guest().id)
    this.#isSynced = true
    this.emit('synced')
  }

  /** A new socket: its first `saved` will be the full one. */
  listen(): void {
    this.#knowsSaved = false
  }

  hearSaved(clock: Readonly<Record<string, number>>): void {
    if (!this.#knowsSaved) {
      this.#knowsSaved = true
      this.#nowSaved(this.#ledger.restart(clock))
      // Whether these were named while the socket was away is not known.
      if (this.#sender.deletesUnderWay.length > 0) this.#channel.ask()
    } else {
      const deletes = this.#sender.named(new Set(Object.keys(clock).map(Number)))
      this.#nowSaved([...this.#ledger.confirm(clock), ...this.#ledger.confirmDeletes(deletes)])
    }
  }

  /** What kept changes back (a lock, a full disk) may be gone. */
  resume(): void {
    this.#sender.resume()
    this.#begin()
  }

  /** The server takes no changes for now. */
  hold(): void {
    this.#sender.hold()
  }

  slowDown(): void {
    this.#sender.slowDown()
  }

  /**
   * The server refused something that was sent, for good. Sets aside what is at fault as soon as that is known; `isForAll`: no other
   * stroke would fare better. False when nothing sent can explain it, again and again.
   */
  async refused(why: { code: RefusalCode; text: string }, isForAll: boolean): Promise<boolean> {
    const suspects = this.#sender.refused()
    if (suspects.length === 0) return ++this.#blameless < BLAMELESS
    if (suspects.length > 1 && !isForAll) return true
    await this.#work.setAside(isForAll ? [...this.#ledger.unsaved] : suspects, why)
    this.end()
    return true
  }

  /** The document is not built upon any more. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sender.end()
    this.emit('stale')
  }

  close(): void {
    this.clearListeners()
    this.end()
    for (const stop of this.#stops) stop()
  }

  #hearClocks(clocks: ReadonlyMap<number, number>): void {
    this.#serverClocks = clocks
    if (!this.#server) return
    // In the midst of a connection: it takes changes again, and has let go of those that came meanwhile.
    this.#server = { ...this.#server, clocks }
    this.#begin()
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
    if (!held || this.#isOver) return
    if (this.#isSynced && lostOthersWork(held, server, this.#work.changes)) return this.end()
    this.#server = server
    if (!this.#isMet) {
      const { id, paints } = this.#guest()
      const lost = putIn(this.#doc, this.#work.changes, server, id)
      this.#isMet = true
      if (!this.#isSynced) {
        this.#isSynced = true
        this.emit('synced')
      }
      if (paints && !(await this.#recover(lost, id))) return this.end()
    }
    this.#begin()
  }

  /** Nothing is sent before it is sure that no other tab makes the same anew. */
  #begin(): void {
    const { paints, isKeptOut } = this.#guest()
    if (this.#server && paints && !isKeptOut && !this.#isRecovering && !this.#isOver) {
      this.#sender.begin(this.#server.clocks)
    }
    this.emit('settled')
  }

  /** Makes what is lost anew. False when another tab does. */
  async #recover(lost: readonly OwnChange[], guest: string): Promise<boolean> {
    const sure = lost.filter((change) => this.#before.has(change))
    if (sure.length === 0) return true
    const made: OwnChange[] = (this.#madeNow = [])
    paintAgain(this.#doc, sure, this.#work.changes, guest)
    this.#madeNow = undefined
    this.#isRecovering = true
    const isOurs = this.#work.replace(sure, made)
    this.#ledger.recount()
    this.#isRecovering = !(await isOurs)
    return !this.#isRecovering
  }

  readonly #note = (update: Uint8Array, _origin: unknown, doc: Y.Doc, transaction: Y.Transaction) => {
    if (!transaction.local) return
    const change = readChange(update, settingsOf(doc, transaction))
    if (this.#madeNow) return void this.#madeNow.push(change)
    this.#ledger.note(change)
    this.#work.add(change)
    this.#sender.pump()
    this.emit('settled')
  }

  /** Another tab of this person did something: it is theirs to send, and ours as well, for it may close before it could. */
  #takeNews(changes: readonly OwnChange[]): void {
    this.#ledger.recount()
    if (!this.#isSynced) return
    for (const change of changes) if (fits(change, this.#doc)) Y.applyUpdate(this.#doc, change.update, KEPT)
    this.#sender.pump()
    this.emit('settled')
  }

  /** What comes from the server is on its disk, an undo of ours by the host too. */
  #findDeleted(update: Uint8Array): void {
    const deletes = this.#sender.deletesUnderWay
    if (deletes.length === 0) return
    const deleted = new Spans(spansOf(Y.decodeUpdate(update).ds))
    const gone = deletes.filter((change) => change.deletes.every((span) => deleted.covers(span)))
    this.#nowSaved(this.#ledger.confirmDeletes(gone))
  }

  #nowSaved(changes: readonly OwnChange[]): void {
    if (changes.length > 0) {
      this.#blameless = 0
      this.#work.markSaved(changes)
    }
    this.#sender.saved(changes)
    this.emit('settled')
  }
}
