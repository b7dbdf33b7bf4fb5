/**
 * A room's page as its log makes it: the Yjs document, its strokes, whose each Yjs client is, and up to which number of the log all of
 * it is there. What this server lets in itself is applied before the log has it; what other servers wrote is taken from the log.
 */
import * as Y from 'yjs'
import { pageOf, paletteOf, StrokeReader, strokesOf } from '../../shared/strokes.ts'
import type { LogEntry, RoomLog } from '../storage/store.ts'
import { Claims } from './claims.ts'

export type Clock = Record<string, number>

export type Replica = ReturnType<typeof openReplica>

export function openReplica(log: RoomLog) {
  const doc = new Y.Doc()
  strokesOf(doc)
  const page = pageOf(doc)
  const palette = paletteOf(doc)
  if (log.snapshot) Y.applyUpdate(doc, log.snapshot.bytes)
  // Not in one transaction: Yjs would merge all of them at its end, in quadratic time.
  for (const { bytes } of log.entries) Y.applyUpdate(doc, bytes)
  const claims = new Claims(doc, log.claims)
  const reader = new StrokeReader(doc)
  /** Where each Yjs client is in the log, as far as it is known here. */
  const durable = Y.decodeStateVector(Y.encodeStateVector(doc))
  let encoded: Uint8Array | undefined = Y.encodeStateAsUpdate(doc)
  /** At least the bytes of the document; exact whenever it was encoded. */
  let size = encoded.length
  let known = log.entries.at(-1)?.seq ?? log.snapshot?.seq ?? 0
  /** Numbers of entries that are in the document beyond the first that is not. */
  const beyond = new Set<number>()
  let news: Uint8Array | undefined
  // What Yjs says it changed is what is stored and relayed: without anything the sender may have put around it.
  doc.on('update', (update: Uint8Array) => {
    news = update
  })

  /** What Yjs says that `work` changed, in one transaction; undefined when nothing. */
  function changeOf(work: () => void): Uint8Array | undefined {
    news = undefined
    work()
    // Set by the listener above.
    const change = news as Uint8Array | undefined
    if (!change) return undefined
    encoded = undefined
    size += change.length
    return change
  }

  /** False when something would have stayed pending, to grow for ever: it is dropped. */
  function isSettled(): boolean {
    if (!doc.store.pendingStructs && !doc.store.pendingDs) return true
    doc.store.pendingStructs = null
    doc.store.pendingDs = null
    return false
  }

  function note(seq: number): void {
    if (seq > known) beyond.add(seq)
    while (beyond.delete(known + 1)) known++
  }

  const replica = {
    doc,
    page,
    palette,
    claims,
    strokes: () => reader.read(),
    changeOf,
    isSettled,
    state: (client: number) => Y.getState(doc.store, client),
    encode() {
      encoded ??= Y.encodeStateAsUpdate(doc)
      size = encoded.length
      return encoded
    },
    /** At least the bytes of the document. */
    size: () => size,

    /** All entries up to this number are in it. */
    known: () => known,
    /** An entry that is in the document has this number in the log. */
    note,
    /** Those clients are on disk up to there. */
    settle(clock: Clock): void {
      for (const [id, end] of Object.entries(clock)) {
        const client = Number(id)
        durable.set(client, Math.max(end, durable.get(client) ?? 0))
      }
    },
    durable: (): ReadonlyMap<number, number> => durable,

    /** The next entry of the log; gives whether anything of it was new here, and the clocks it brings. */
    take({ seq, guest, bytes }: LogEntry): { isNews: boolean; clock: Clock } {
      const change = changeOf(() => Y.applyUpdate(doc, bytes))
      const { to } = Y.parseUpdateMeta(bytes)
      claims.learn(guest, to.keys())
      note(seq)
      return { isNews: change !== undefined, clock: Object.fromEntries(to) }
    },

    /** Its log ends before its end: it can be looked at only. */
    isDamaged: log.damagedAt !== undefined,
    close: () => doc.destroy(),
  }
  return replica
}
