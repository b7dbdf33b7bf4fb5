/**
 * The document of an open room: the strokes, the settings and the palette, as the log makes them. The only ways in are `offer`, for
 * guests, through the gate, and `act`, for what the server itself does for a host. What got in is written to the journal at once
 * and counts as durable when the disk has it.
 */
import * as Y from 'yjs'
import type { RefusalCode } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import { readLook } from '../../shared/pageSettings.ts'
import { isSwatch, pageOf, paletteOf, StrokeReader, strokesOf, type Stroke } from '../../shared/strokes.ts'
import type { Wet } from '../coloring/queue/wet.ts'
import type { Limits } from '../config.ts'
import { roomLabel, type Log } from '../log.ts'
import type { Journal } from '../storage/journal.ts'
import type { ClockStep, RoomLog, Snapshot } from '../storage/store.ts'
import { within } from '../tracing.ts'
import { Claims, SERVER } from './claims.ts'
import { judge, type Sender } from './gate.ts'

const none = () => ({})

export type Clock = Record<string, number>

/**
 * What became of an update: `added`, the ids of the strokes it brought; `refused`; `held`, the room takes no changes for now and
 * whoever has it is to keep it; or nothing, when it held nothing new.
 */
export type Offered =
  { added: string[] } | { refused: RefusalCode } | { held: RefusalCode } | 'gap' | undefined

export type DocumentOptions = {
  room: string
  log: RoomLog
  journal: Pick<Journal, 'write'>
  limits: Limits
  logger: Log
  /** Why nothing may be changed for now, whatever it is. */
  readOnly(): RefusalCode | undefined
  /** An update reached the disk. Called before `durableClock` covers it. */
  onDurable(update: Uint8Array, from: unknown): void
  /** And up to where the Yjs clients it changed are there now; `seq`: its number in the log. */
  onSaved(clock: Clock, seq: number): void
}

export type RoomDocument = ReturnType<typeof openDocument>

export function openDocument(options: DocumentOptions) {
  const { room, log, journal, limits, logger, readOnly, onDurable, onSaved } = options
  const doc = new Y.Doc()
  strokesOf(doc)
  const page = pageOf(doc)
  const palette = paletteOf(doc)
  if (log.snapshot) Y.applyUpdate(doc, log.snapshot.bytes)
  // Not in one transaction: Yjs would merge all of them at its end, in quadratic time.
  for (const { bytes } of log.entries) Y.applyUpdate(doc, bytes)
  const isDamaged = log.damagedAt !== undefined
  const claims = new Claims(doc, log.claims)
  const reader = new StrokeReader(doc)
  const durable = Y.decodeStateVector(Y.encodeStateVector(doc))
  const opened: Clock = Object.fromEntries(durable)
  /** Of the Yjs clients that wrote since then; replaced, never changed. */
  let written: Clock = {}
  let strokes: readonly Stroke[] = reader.read()
  let encoded: Uint8Array | undefined = Y.encodeStateAsUpdate(doc)
  /** At least the bytes of the document; exact whenever it was encoded. */
  let size = encoded.length
  /** The number in the log of the last change. */
  let lastSeq = Promise.resolve(log.entries.at(-1)?.seq ?? log.snapshot?.seq ?? 0)
  /** What was let in and is not on disk: the ids of strokes, the clocks, and the last change that was more than strokes on top. */
  const undurable = new Set<{ added: readonly string[]; clock: Clock }>()
  let settled: Promise<unknown> | undefined
  const news: Uint8Array[] = []
  // What Yjs says it changed is what is stored and relayed: without anything the sender may have put around it.
  doc.on('update', (update: Uint8Array) => {
    news.push(update)
  })

  const encode = () => {
    encoded ??= Y.encodeStateAsUpdate(doc)
    size = encoded.length
    return encoded
  }

  const clocksOf = (clients: Iterable<number>) =>
    new Map(Array.from(clients, (client) => [client, Y.getState(doc.store, client)]))

  /** Writes what Yjs has just changed; `before`: where the Yjs clients it changed were. False when it changed nothing. */
  function write(
    guest: string,
    before: ReadonlyMap<number, number>,
    newClaims: readonly number[],
    from: unknown,
    added: readonly string[] = [],
  ): boolean {
    const change = news.pop()
    if (!change) return false
    encoded = undefined
    size += change.length
    const clock: Clock = {}
    const clocks: ClockStep[] = []
    for (const [client, from] of before) {
      const to = Y.getState(doc.store, client)
      clock[client] = to
      if (to > from) clocks.push({ client, from, to })
    }
    written = { ...written, ...clock }
    const below = strokes
    strokes = reader.read()
    const isOnTop =
      strokes.length === below.length + added.length && below.every((stroke, i) => stroke === strokes[i])
    const wet = { added, clock }
    undurable.add(wet)
    lastSeq = journal.write({ room, bytes: change, guest, claims: newClaims, clocks }).then((seq) => {
      undurable.delete(wet)
      within('relay', none, () => onDurable(change, from))
      for (const [id, end] of Object.entries(clock)) {
        const client = Number(id)
        durable.set(client, Math.max(end, durable.get(client) ?? 0))
      }
      onSaved(clock, seq)
      return seq
    })
    if (!isOnTop) {
      const change = lastSeq.finally(() => settled === change && (settled = undefined))
      settled = change
    }
    return true
  }

  return {
    /** A Yjs update from somebody. Either all of it is let in, or the document stays untouched. */
    offer(update: Uint8Array, sender: Sender, from: unknown): Offered {
      const judged = within('gate', none, () => judge(doc, claims, update, sender, limits))
      if (judged.verdict === 'nothing') return undefined
      // A page that lost its end cannot judge what builds on that.
      if (isDamaged) return { held: 'room-damaged' }
      if (judged.verdict === 'gap') return 'gap'
      if (judged.verdict === 'refused') return { refused: judged.code }
      const held = readOnly()
      if (held) return { held }
      if (judged.strokes.length > 0 && size + update.length > limits.roomBytes) {
        encode()
        if (size + update.length > limits.roomBytes) return { refused: 'page-full' }
      }
      if (!claims.claim(sender.guest, judged.claims)) return { refused: 'client-limit' }
      const before = clocksOf(judged.clients)
      Y.applyUpdate(doc, update, 'guest')
      if (doc.store.pendingStructs || doc.store.pendingDs) {
        // The gate promises that this cannot be; if it does, nothing may stay behind to grow.
        logger.error({ room: roomLabel(room) }, 'an update passed the gate and stayed pending')
        doc.store.pendingStructs = null
        doc.store.pendingDs = null
      }
      return write(sender.guest, before, judged.claims, from, judged.strokes)
        ? { added: judged.strokes }
        : undefined
    },

    /**
     * Something the server does for a host, in one transaction, as a Yjs client of its own. Resolves when it is on disk. Rejects
     * nothing: what `change` throws is thrown at once, and a Refusal when nothing may be changed for now.
     */
    async act(change: (doc: Y.Doc) => void): Promise<void> {
      const held = isDamaged ? 'room-damaged' : readOnly()
      if (held) throw new Refusal(held)
      const own = Y.getState(doc.store, doc.clientID)
      const before = new Map<number, number>()
      const note = (transaction: Y.Transaction) => {
        for (const client of transaction.deleteSet.clients.keys())
          before.set(client, Y.getState(doc.store, client))
      }
      doc.once('afterTransaction', note)
      doc.transact(() => change(doc), SERVER)
      const claim = Y.getState(doc.store, doc.clientID) > own ? [doc.clientID] : []
      if (claim.length > 0) before.set(doc.clientID, own)
      claims.claim(SERVER, claim)
      if (write(SERVER, before, claim, undefined)) await lastSeq
    },

    /** What of it is not on disk yet (coloring/queue/wet.ts). */
    wet(): Pick<Wet, 'strokes' | 'settled'> & { clock: Clock } {
      const ids = new Set([...undurable].flatMap(({ added }) => added))
      return {
        strokes: ids.size === 0 ? [] : strokes.filter(({ id }) => ids.has(id)),
        clock: Object.assign({}, ...[...undurable].map(({ clock }) => clock)) as Clock,
        ...(settled && { settled }),
      }
    },
    /** The committed strokes in painting order: another array after every change. */
    strokes: () => strokes,
    colorOfSwatch(key: string): number | undefined {
      const swatch = palette.get(key)
      return isSwatch(swatch) ? swatch.color : undefined
    },
    title(): string | undefined {
      const title = page.get('title')
      return typeof title === 'string' ? title : undefined
    },
    look: () => readLook(page),
    guestOf: (client: number) => claims.guestOf(client),

    /** The document's clocks when it was opened. */
    opened: () => opened,
    /** The clocks of the Yjs clients that wrote since then; not changed later. */
    written: () => written,
    /** The state vector, for the first step of the sync. */
    stateVector: () => Y.encodeStateVector(doc),
    /**
     * What somebody lacks whose state vector is this. Throws when it is not a state vector. It may hold what is not on disk
     * yet: pass it on only after `saved()`.
     */
    missing(stateVector: Uint8Array): Uint8Array {
      return Y.decodeStateVector(stateVector).size === 0 ? encode() : Y.encodeStateAsUpdate(doc, stateVector)
    },
    /** The whole document as it is now, with its number in the log: resolves when the log has it on disk. */
    async snapshot(): Promise<Snapshot> {
      const bytes = encode()
      return { bytes, seq: await lastSeq }
    },

    /** Its log ends before its end: it can be looked at only. */
    isDamaged,
    /** Resolves when everything let in so far is on disk. */
    saved: () => lastSeq.then(() => {}),
    durableClock: (): Clock => Object.fromEntries(durable),
    durableVector: () => Y.encodeStateVector(new Map(durable)),
    close: () => doc.destroy(),
  }
}
