/**
 * The document of an open room: the strokes, the settings and the palette, as the log makes them. The only ways in are `offer`, for
 * guests, through the gate, and `act`, for what the server itself does for a host. What got in is written to the journal at once
 * and counts as durable when the disk has it.
 *
 * Other servers write to the same log. `catchUp` takes what they wrote, by number. Where one was first in something that is not on
 * disk yet here, the document is built anew from the log, and what waited is judged again: it is in the log already, or written once
 * more, or refused. Nobody was told of it before, so nobody has to forget anything.
 */
import * as Y from 'yjs'
import type { RefusalCode } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import { readLook } from '../../shared/pageSettings.ts'
import { isSwatch, type Stroke } from '../../shared/strokes.ts'
import type { Wet } from '../coloring/queue/wet.ts'
import type { Limits } from '../config.ts'
import { roomLabel, type Log } from '../log.ts'
import type { Journal } from '../storage/journal.ts'
import type { ClockStep, LogEntry, RoomLog, Snapshot, Store } from '../storage/store.ts'
import { faultKindOf } from '../storage/storeFault.ts'
import { within } from '../tracing.ts'
import { SERVER } from './claims.ts'
import { coalesced } from './coalesced.ts'
import { judge, type Judgement, type Sender } from './gate.ts'
import { openReplica, type Clock } from './replica.ts'

const none = () => ({})

/**
 * What became of an update: `added`, the ids of the strokes it brought; `refused`; `held`, the room takes no changes for now and
 * whoever has it is to keep it; `wait`, until `catchUp` resolves, then offer it again; or nothing, when it held nothing new.
 */
export type Offered =
  { added: string[] } | { refused: RefusalCode } | { held: RefusalCode } | 'gap' | 'wait' | undefined

export type DocumentOptions = {
  room: string
  log: RoomLog
  store: Pick<Store, 'log' | 'entries'>
  journal: Pick<Journal, 'write'>
  limits: Limits
  logger: Log
  /** Why nothing may be changed for now, whatever it is. */
  readOnly(): RefusalCode | undefined
  /** Other servers write to the log too: it compares clocks. */
  isShared: boolean
  /** It was changed otherwise than by `offer`. */
  onChange(): void
  /** An update reached the disk, from here or elsewhere. Called before `durableClock` covers it. */
  onDurable(update: Uint8Array, from: unknown): void
  /** And up to where the Yjs clients it changed are there now; `seq`: its number in the log. `isOwn`: it was written here. */
  onSaved(clock: Clock, seq: number, isOwn: boolean): void
  /** What `from` had offered was let in and is refused after all, for another server was first. */
  onRefused(code: RefusalCode, from: unknown): void
  /** Another server was first: it is built anew from the log. */
  onBehind?(): void
}

export type RoomDocument = ReturnType<typeof openDocument>

/** Let in, and not on disk yet. `sender`: nobody for what the server did itself. `again`: it was written once more. */
type Pending = {
  change: Uint8Array
  sender: Sender | undefined
  from: unknown
  added: readonly string[]
  clock: Clock
  again?: Promise<number>
}
type News = Extract<Judgement, { verdict: 'news' }>

/** While the log cannot be read. */
const READ_AGAIN_MS = 500

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms).unref())

export function openDocument(options: DocumentOptions) {
  const {
    room,
    store,
    journal,
    limits,
    logger,
    readOnly,
    isShared,
    onChange,
    onDurable,
    onSaved,
    onRefused,
  } = options
  let replica = openReplica(options.log)
  const opened: Clock = Object.fromEntries(replica.durable())
  /** Of the Yjs clients that wrote since then; replaced, never changed. */
  let written: Clock = {}
  let strokes: readonly Stroke[] = replica.strokes()
  /** Resolves with the number in the log of the last change made here. */
  let lastSeq = Promise.resolve(replica.known())
  const pending = new Set<Pending>()
  /** The last change that was more than strokes on top. */
  let settled: Promise<unknown> | undefined
  /** How often it was built anew, and of which number of the log the last time. */
  let builds = 0
  let builtOf = -1
  let building: Promise<void> | undefined
  let closed = false

  const clocksOf = (clients: Iterable<number>) =>
    new Map(Array.from(clients, (client) => [client, replica.state(client)]))

  /** Writes a change; `before`: where the Yjs clients it changed were. */
  function write(
    { change, sender, from, added }: Omit<Pending, 'clock'>,
    before: ReadonlyMap<number, number>,
    claims: readonly number[],
  ): Promise<number> {
    const clock: Clock = {}
    const clocks: ClockStep[] = []
    for (const [client, from] of before) {
      const to = replica.state(client)
      clock[client] = to
      if (to > from) clocks.push({ client, from, to })
    }
    written = { ...written, ...clock }
    const below = strokes
    strokes = replica.strokes()
    const isOnTop =
      strokes.length === below.length + added.length && below.every((stroke, i) => stroke === strokes[i])
    const own: Pending = { change, sender, from, added, clock }
    pending.add(own)
    const update = {
      room,
      bytes: change,
      guest: sender?.guest ?? SERVER,
      claims,
      ...(isShared && { clocks }),
    }
    lastSeq = journal.write(update).then(
      (seq) => {
        pending.delete(own)
        replica.note(seq)
        within('relay', none, () => onDurable(change, from))
        replica.settle(clock)
        onSaved(clock, seq, true)
        return seq
      },
      (error: unknown) => {
        if (faultKindOf(error) !== 'behind') throw error
        if (!building) options.onBehind?.()
        return (building ??= build()).then(() => own.again ?? replica.known())
      },
    )
    if (!isOnTop) {
      const change = lastSeq.finally(() => settled === change && (settled = undefined))
      settled = change
    }
    return lastSeq
  }

  /** What the gate let pass. Undefined when it changed nothing after all. */
  function letIn(
    update: Uint8Array,
    sender: Sender,
    from: unknown,
    { strokes: added, clients, claims }: News,
  ): Promise<number> | undefined {
    const before = clocksOf(clients)
    const change = replica.changeOf(() => Y.applyUpdate(replica.doc, update, 'guest'))
    // The gate promises that this cannot be; if it does, nothing may stay behind to grow.
    if (!replica.isSettled())
      logger.error({ room: roomLabel(room) }, 'an update passed the gate and stayed pending')
    return change && write({ change, sender, from, added }, before, claims)
  }

  /** The document anew, from the log, and what waits for the disk on top of it. */
  async function build(): Promise<void> {
    const log = await readLog()
    if (!log) return
    const fresh = openReplica(log)
    // Another server was first, and the log has nothing of it: it contradicts itself, and nobody is to turn in a circle about it.
    if (fresh.known() === builtOf) await pause(READ_AGAIN_MS)
    if (closed) return
    builds++
    builtOf = fresh.known()
    const told = Y.encodeStateVector(new Map(replica.durable()))
    replica.close()
    replica = fresh
    strokes = replica.strokes()
    onDurable(Y.encodeStateAsUpdate(replica.doc, told), undefined)
    onSaved(Object.fromEntries(replica.durable()), replica.known(), false)
    const waiting = [...pending]
    pending.clear()
    building = undefined
    for (const each of waiting) each.again = each.sender ? judgeAgain(each, each.sender) : writeAgain(each)
    onChange()
  }

  /** What `encode` gives, once all of it is on disk, and the last number then; anew when the document was built anew meanwhile. */
  async function onDisk<T>(encode: () => T): Promise<{ value: T; last: number }> {
    for (;;) {
      const begun = builds
      const value = encode()
      const last = await lastSeq
      if (begun === builds) return { value, last }
    }
  }

  /** As soon as it can be read; undefined when nobody wants it any more. */
  async function readLog(): Promise<RoomLog | undefined> {
    while (!closed) {
      try {
        return await store.log(room)
      } catch (error) {
        logger.warn({ room: roomLabel(room), err: error }, 'a room could not be read anew and is tried again')
        await pause(READ_AGAIN_MS)
      }
    }
    return undefined
  }

  function judgeAgain({ change, from, clock }: Pending, sender: Sender): Promise<number> {
    const judged = judge(replica.doc, replica.claims, change, sender, limits)
    const isClaimed = judged.verdict !== 'news' || replica.claims.claim(sender.guest, judged.claims)
    if (judged.verdict === 'news' && isClaimed) {
      const again = letIn(change, sender, from, judged)
      if (again) return again
    }
    const known = Promise.resolve(replica.known())
    if (judged.verdict === 'refused') onRefused(judged.code, from)
    else if (judged.verdict === 'gap') onRefused('malformed-update', from)
    else if (!isClaimed) onRefused('client-limit', from)
    // Another server has it from the same hand.
    else onSaved(clock, replica.known(), false)
    return known
  }

  /** Nobody else writes as this server's Yjs client; what it deleted may be gone by now. */
  function writeAgain({ change, clock }: Pending): Promise<number> {
    const clients = Object.keys(clock).map(Number)
    const before = clocksOf(clients)
    const again = replica.changeOf(() => Y.applyUpdate(replica.doc, change))
    replica.isSettled()
    if (!again) return Promise.resolve(replica.known())
    const claims = clients.filter((client) => replica.claims.guestOf(client) === undefined)
    replica.claims.claim(SERVER, claims)
    return write({ change: again, sender: undefined, from: undefined, added: [] }, before, claims)
  }

  const isOwn = ({ bytes }: LogEntry) =>
    [...pending].some(({ change }) => Buffer.compare(change, bytes) === 0)

  /** Entries of the log, in order; those written here are there already. */
  function take(entries: readonly LogEntry[]): void {
    let isChanged = false
    for (const entry of entries) {
      if (entry.seq <= replica.known()) continue
      const isNext = entry.seq === replica.known() + 1
      const taken = isNext ? replica.take(entry) : undefined
      // The log was shortened meanwhile, or is damaged, or goes on from something that is not here.
      if (!taken || !replica.isSettled()) {
        building ??= build()
        break
      }
      // Its commit is told of when the journal hears of it.
      if (isOwn(entry)) continue
      isChanged ||= taken.isNews
      written = { ...written, ...taken.clock }
      // As the log has it: here it may be hidden by what was let in under the same clocks, and that nobody was told of.
      onDurable(entry.bytes, undefined)
      replica.settle(taken.clock)
      onSaved(taken.clock, entry.seq, false)
    }
    if (!isChanged) return
    strokes = replica.strokes()
    onChange()
  }

  async function read(): Promise<void> {
    await building
    if (closed || replica.isDamaged) return
    const current = replica
    const next = current.known() + 1
    const entries = await store.entries(room, next)
    if (closed || current !== replica) return
    // The history before was removed, with what was not read yet: the page is in a snapshot.
    if (!building && entries.length > 0 && entries[0]!.seq !== next) building = build()
    if (!building) take(entries)
    await building
  }

  return {
    /** A Yjs update from somebody. Either all of it is let in, or the document stays untouched. */
    offer(update: Uint8Array, sender: Sender, from: unknown): Offered {
      if (building) return 'wait'
      const judged = within('gate', none, () => judge(replica.doc, replica.claims, update, sender, limits))
      if (judged.verdict === 'nothing') return undefined
      // A page that lost its end cannot judge what builds on that.
      if (replica.isDamaged) return { held: 'room-damaged' }
      if (judged.verdict === 'gap') return 'gap'
      if (judged.verdict === 'refused') return { refused: judged.code }
      const held = readOnly()
      if (held) return { held }
      if (judged.strokes.length > 0 && replica.size() + update.length > limits.roomBytes) {
        replica.encode()
        if (replica.size() + update.length > limits.roomBytes) return { refused: 'page-full' }
      }
      if (!replica.claims.claim(sender.guest, judged.claims)) return { refused: 'client-limit' }
      return letIn(update, sender, from, judged) ? { added: judged.strokes } : undefined
    },

    /**
     * Something the server does for a host, in one transaction, as a Yjs client of its own. Resolves when it is on disk. Rejects with
     * what `change` throws, and with a Refusal when nothing may be changed for now.
     */
    async act(change: (doc: Y.Doc) => void): Promise<void> {
      if (building) await building
      const held = replica.isDamaged ? 'room-damaged' : readOnly()
      if (held) throw new Refusal(held)
      const { doc, claims } = replica
      const own = replica.state(doc.clientID)
      const before = new Map<number, number>()
      const note = (transaction: Y.Transaction) => {
        for (const client of transaction.deleteSet.clients.keys()) before.set(client, replica.state(client))
      }
      doc.once('afterTransaction', note)
      const changed = replica.changeOf(() => doc.transact(() => change(doc), SERVER))
      const claim = replica.state(doc.clientID) > own ? [doc.clientID] : []
      if (claim.length > 0) before.set(doc.clientID, own)
      claims.claim(SERVER, claim)
      if (!changed) return
      const done = write({ change: changed, sender: undefined, from: undefined, added: [] }, before, claim)
      onChange()
      await done
    },

    /**
     * Takes what other servers wrote until now. Rejects when the log cannot be read: then it is as before. Who asks while it is being
     * read gets a reading that begins after.
     */
    catchUp: coalesced(read),
    /** All of the log up to this number is in it. */
    known: () => replica.known(),

    /** What of it is not on disk yet (coloring/queue/wet.ts). */
    wet(): Pick<Wet, 'strokes' | 'settled'> & { clock: Clock } {
      const ids = new Set([...pending].flatMap(({ added }) => added))
      return {
        strokes: ids.size === 0 ? [] : strokes.filter(({ id }) => ids.has(id)),
        clock: Object.assign({}, ...[...pending].map(({ clock }) => clock)) as Clock,
        ...(settled && { settled }),
      }
    },
    /** The committed strokes in painting order: another array after every change. */
    strokes: () => strokes,
    colorOfSwatch(key: string): number | undefined {
      const swatch = replica.palette.get(key)
      return isSwatch(swatch) ? swatch.color : undefined
    },
    title(): string | undefined {
      const title = replica.page.get('title')
      return typeof title === 'string' ? title : undefined
    },
    look: () => readLook(replica.page),
    guestOf: (client: number) => replica.claims.guestOf(client),

    /** The document's clocks when it was opened. */
    opened: () => opened,
    /** The clocks of the Yjs clients that wrote since then; not changed later. */
    written: () => written,
    /** The state vector, for the first step of the sync. */
    stateVector: () => Y.encodeStateVector(replica.doc),
    /**
     * What somebody lacks whose state vector is this, as soon as all of it is on disk. Throws at once when it is not a state vector.
     */
    missing(stateVector: Uint8Array): Promise<Uint8Array> {
      const isEmpty = Y.decodeStateVector(stateVector).size === 0
      const encode = () => (isEmpty ? replica.encode() : Y.encodeStateAsUpdate(replica.doc, stateVector))
      return onDisk(encode).then(({ value }) => value)
    },
    /** The whole document as it is now, with its number in the log: resolves when the log has it on disk. */
    async snapshot(): Promise<Snapshot> {
      const now = () => ({ bytes: replica.encode(), known: replica.known(), own: pending.size })
      const { value, last } = await onDisk(now)
      const { bytes, known, own } = value
      // What others wrote in between is not in it: then it is whole only up to where it was.
      return { bytes, seq: last - known === own ? last : known }
    },

    /** Its log ends before its end: it can be looked at only. */
    isDamaged: () => replica.isDamaged,
    /** Resolves when everything let in so far is on disk. */
    saved: () => lastSeq.then(() => {}),
    durableClock: (): Clock => Object.fromEntries(replica.durable()),
    durableVector: () => Y.encodeStateVector(new Map(replica.durable())),
    close() {
      closed = true
      replica.close()
    },
  }
}
