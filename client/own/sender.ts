/**
 * Brings unsaved changes to the server over one connection after another: in order, several in a message, never above the
 * server's limits, and again on the next connection until they are saved. Knows no socket.
 *
 * Undoes go alone, when nothing else is under way: the next `saved` that names what they touch is then theirs. After a refusal
 * fewer go at once, until a single one is known to be at fault.
 */
import * as Y from 'yjs'
import { limits } from '../../shared/limits.ts'
import { isWithin, onlyDeletes, type OwnChange } from './ownChange.ts'
import { Allowance } from './allowance.ts'

/** Of several changes in a message: far below `limits.catchupBytes`, so that judging one does not hold up the server. */
const MESSAGE_BYTES = limits.catchupBytes / 8
/** Some less than the server takes of a connection: messages, and their bytes. */
const RATE = 0.8 * limits.commits
const BURST = 0.8 * limits.commitBurst
const BYTE_RATE = RATE * limits.frameBytes
const BYTE_BURST = 1.5 * limits.catchupBytes
const LOOK_AGAIN_MS = 100
/** How long something that keeps changes out for now (a locked page, a full disk) is waited for: doubled each time. */
const FIRST_PAUSE_MS = 2_000
const LONGEST_PAUSE_MS = 60_000

export type SenderOptions = {
  /** Oldest first. */
  unsaved: () => Iterable<OwnChange>
  /**
   * `isCatchUp`: it is the first message of a connection (which may be empty), or several changes in one, and is measured by other
   * limits than a single change.
   */
  send: (update: Uint8Array, isCatchUp: boolean) => void
  /** The connection cannot take more at the moment. */
  isFull: () => boolean
  later: (milliseconds: number, action: () => void) => () => void
  now: () => number
}

type Message = {
  /** `arrived`: the server had it before this connection; it is not on its disk yet. */
  kind: 'content' | 'deletes' | 'arrived'
  changes: Set<OwnChange>
}

export class Sender {
  readonly #options: SenderOptions
  #isOpen = false
  #given = new Set<OwnChange>()
  #underWay: Message[] = []
  /** Changes in a message. */
  #most = Infinity
  #messages: Allowance
  #bytes: Allowance
  /** How often the server found this too fast. */
  #slowed = 0
  #pause = FIRST_PAUSE_MS
  #pausedUntil = -Infinity
  #cancel: (() => void) | undefined

  constructor(options: SenderOptions) {
    this.#options = options
    ;[this.#messages, this.#bytes] = this.#allowances()
  }

  /** A connection is ready to take changes; `clocks` says what the server has already. */
  begin(clocks: ReadonlyMap<number, number>): void {
    this.end()
    this.#isOpen = true
    const arrived = [...this.#options.unsaved()].filter((change) => isWithin(change, clocks))
    this.#given = new Set(arrived)
    this.#underWay = arrived.length > 0 ? [{ kind: 'arrived', changes: new Set(arrived) }] : []
    ;[this.#messages, this.#bytes] = this.#allowances()
    const first = this.#next()
    this.#give(first && this.#wait(first) === 0 ? first : [], true)
    this.pump()
  }

  /** The connection ended. */
  end(): void {
    this.#isOpen = false
    this.#cancel?.()
    this.#cancel = undefined
  }

  /** Sends what may be sent. */
  pump(): void {
    if (!this.#isOpen) return
    this.#cancel?.()
    this.#cancel = undefined
    for (let next = this.#next(); next; next = this.#next()) {
      const wait = this.#wait(next)
      if (wait > 0) {
        this.#cancel = this.#options.later(wait, () => this.pump())
        return
      }
      this.#give(next, next.length > 1)
    }
  }

  /** The server's `saved` named these Yjs clients. Gives the deletes that this confirms. */
  named(clients: ReadonlySet<number>): readonly OwnChange[] {
    const deletes = this.deletesUnderWay
    return deletes.some((change) => change.deletes.some(({ client }) => clients.has(client))) ? deletes : []
  }

  /** Deletes that wait to be named; all in one message. */
  get deletesUnderWay(): readonly OwnChange[] {
    return this.#underWay.filter(({ kind }) => kind === 'deletes').flatMap(({ changes }) => [...changes])
  }

  /** Whether it was sent and is not known to be saved. */
  isUnderWay(change: OwnChange): boolean {
    return this.#underWay.some(({ changes }) => changes.has(change))
  }

  /** These are saved. */
  saved(changes: readonly OwnChange[]): void {
    for (const message of this.#underWay) for (const change of changes) message.changes.delete(change)
    this.#underWay = this.#underWay.filter((message) => message.changes.size > 0)
    if (changes.length > 0) {
      this.#pause = FIRST_PAUSE_MS
      this.#pausedUntil = -Infinity
      if (this.#underWay.length === 0) this.#most = this.#waiting().next().done ? Infinity : 2 * this.#most
    }
    this.pump()
  }

  /** The server refused a message for good. What was under way: a single one is at fault; of several, fewer go at once next time. */
  refused(): readonly OwnChange[] {
    this.end()
    const suspects = this.#underWay
      .filter(({ kind }) => kind !== 'arrived')
      .flatMap(({ changes }) => [...changes])
    this.#most = Math.max(1, Math.floor(Math.min(suspects.length, this.#most) / 2))
    return suspects
  }

  /** The server takes no changes for now. */
  hold(): void {
    this.#pausedUntil = this.#options.now() + this.#pause
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MS)
    this.#most = 1
  }

  /** What was in the way may be gone. */
  resume(): void {
    this.#pausedUntil = -Infinity
    this.pump()
  }

  /** The server finds this too fast. */
  slowDown(): void {
    this.#slowed++
  }

  #allowances(): [messages: Allowance, bytes: Allowance] {
    const slower = 2 ** -this.#slowed
    const now = this.#options.now()
    return [
      new Allowance(RATE * slower, BURST * slower, now),
      new Allowance(BYTE_RATE * slower, BYTE_BURST * slower, now),
    ]
  }

  /** Milliseconds until a message may go. */
  #wait(changes: readonly OwnChange[]): number {
    const { now, isFull } = this.#options
    if (now() < this.#pausedUntil) return this.#pausedUntil - now()
    if (isFull()) return LOOK_AGAIN_MS
    return Math.max(this.#messages.wait(1, now()), this.#bytes.wait(sizeOf(changes), now()))
  }

  *#waiting(): Generator<OwnChange> {
    for (const change of this.#options.unsaved()) if (!this.#given.has(change)) yield change
  }

  /** What goes into the next message; undefined when there is nothing, or when it has to wait for what is under way. */
  #next(): OwnChange[] | undefined {
    const isBusy = this.#underWay.length > 0
    if (isBusy && this.#most < Infinity) return undefined
    const next: OwnChange[] = []
    let bytes = 0
    for (const change of this.#waiting()) {
      if (next.length === 0 && isBusy && onlyDeletes(change)) return undefined
      bytes += change.update.length
      if (next.length > 0 && (bytes > MESSAGE_BYTES || onlyDeletes(change) !== onlyDeletes(next[0]!))) break
      next.push(change)
      if (next.length >= this.#most) break
    }
    return next.length > 0 ? next : undefined
  }

  #give(changes: readonly OwnChange[], isCatchUp: boolean): void {
    for (const change of changes) this.#given.add(change)
    if (changes.length > 0) {
      const kind = onlyDeletes(changes[0]!) ? 'deletes' : 'content'
      this.#underWay.push({ kind, changes: new Set(changes) })
    }
    this.#messages.take(1)
    this.#bytes.take(sizeOf(changes))
    const updates = changes.map((change) => change.update)
    this.#options.send(updates.length === 0 ? NOTHING : Y.mergeUpdates(updates), isCatchUp)
  }
}

const sizeOf = (changes: readonly OwnChange[]) => changes.reduce((sum, { update }) => sum + update.length, 0)

/** An update that holds nothing. */
const NOTHING = Uint8Array.of(0, 0)
