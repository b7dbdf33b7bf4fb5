/**
 * Brings a fresh document, which holds exactly what the server has, together with what this person did. What the server has is
 * left alone; what fits goes in as it was made, so that it can never be there twice; the rest (a server restored from a backup
 * lacks what it builds on; a stroke before it was refused; another guest made it) is lost, and its strokes can be painted again.
 */
import * as Y from 'yjs'
import { addStroke, pageOf, paletteOf, strokesOf } from '../../shared/strokes.ts'
import { fits, isWithin, onlyDeletes, type OwnChange } from './ownChange.ts'
import { Spans, type Span } from './spans.ts'

/** The origin of changes that were made earlier or in another tab. */
export const KEPT = Symbol('kept')

export type ServerState = { clocks: ReadonlyMap<number, number>; deleted: Spans }

/** Puts in what fits; gives what does not. */
export function putIn(
  doc: Y.Doc,
  changes: Iterable<OwnChange>,
  server: ServerState,
  guest: string,
): OwnChange[] {
  const lost: OwnChange[] = []
  for (const change of changes) {
    const isThere = onlyDeletes(change)
      ? change.deletes.every((span) => server.deleted.covers(span))
      : isWithin(change, server.clocks)
    if (isThere) continue
    if (fits(change, doc) && isBy(change, guest, doc)) Y.applyUpdate(doc, change.update, KEPT)
    else lost.push(change)
  }
  return lost
}

/**
 * Paints what was lost once more: strokes that are not there and were not undone, settings that nobody else gave meanwhile.
 * `all`: every change of this person.
 */
export function paintAgain(
  doc: Y.Doc,
  lost: readonly OwnChange[],
  all: Iterable<OwnChange>,
  guest: string,
): void {
  const undone = new Spans([...all].flatMap(({ deletes }) => deletes))
  const there = new Set(strokesOf(doc).map((stroke) => (stroke as { id?: unknown }).id))
  for (const { stroke, place } of lost.flatMap(({ strokes }) => strokes)) {
    if (undone.covers(place) || there.has(stroke.id)) continue
    there.add(stroke.id)
    addStroke(doc, { ...stroke, by: guest })
  }
  for (const { root, key, value } of lost.flatMap(({ settings }) => settings)) {
    const map = root === 'page' ? pageOf(doc) : paletteOf(doc)
    if (!map.has(key)) map.set(key, value)
  }
}

/** Nobody adds or deletes in another guest's name. */
function isBy({ strokes, deletes, brings }: OwnChange, guest: string, doc: Y.Doc): boolean {
  if (!strokes.every(({ stroke }) => stroke.by === guest)) return false
  return brings.length > 0 || deletes.every((span) => strokesAt(doc, span).every(({ by }) => by === guest))
}

function strokesAt(doc: Y.Doc, { client, from, to }: Span): { by?: unknown }[] {
  const structs = doc.store.clients.get(client) ?? []
  return structs.flatMap((struct) => {
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentAny) || struct.parentSub !== null)
      return []
    const start = struct.id.clock
    return struct.content.arr.slice(Math.max(0, from - start), Math.max(0, to - start)) as { by?: unknown }[]
  })
}
