/**
 * Whether a server lost something that this document holds and this person cannot send again, because others made it: it was
 * restored from a backup, and the document can never agree with it.
 */
import * as Y from 'yjs'
import type { OwnChange } from './ownChange.ts'
import type { ServerState } from './rejoin.ts'
import { Spans, spansOf, type Span } from './spans.ts'

/** What a document holds and has deleted, as it was when a connection began: a sane server has at least all but the own of it. */
export type Held = { clocks: ReadonlyMap<number, number>; deletes: readonly Span[] }

export const heldBy = (doc: Y.Doc): Held => ({
  clocks: Y.decodeStateVector(Y.encodeStateVector(doc)),
  deletes: spansOf(Y.createDeleteSetFromStructStore(doc.store)),
})

export function lostOthersWork(held: Held, server: ServerState, own: Iterable<OwnChange>): boolean {
  const changes = [...own]
  const brought = new Spans(changes.flatMap(({ brings }) => brings))
  const ownDeletes = new Spans(changes.flatMap(({ deletes }) => deletes))
  const lacksContent = [...held.clocks].some(([client, to]) => {
    const from = server.clocks.get(client) ?? 0
    return from < to && !brought.covers({ client, from, to })
  })
  return (
    lacksContent ||
    held.deletes.some((span) => !server.deleted.covers(span) && !isAmong(span, ownDeletes, server))
  )
}

/** A run of deletes may be the own ones and others' side by side. */
function isAmong({ client, from, to }: Span, own: Spans, { deleted }: ServerState): boolean {
  for (let clock = from; clock < to; clock++) {
    const place = { client, from: clock, to: clock + 1 }
    if (!deleted.covers(place) && !own.covers(place)) return false
  }
  return true
}
