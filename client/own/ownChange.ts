/**
 * One change this person made: a Yjs update of one local transaction, and what has to be known of it to tell whether a server
 * has it, whether a document can take it, and what to paint again when neither is so.
 */
import * as Y from 'yjs'
import { pageOf, paletteOf, type PackedStroke } from '../../shared/strokes.ts'
import { spansOf, type Span } from './spans.ts'

/** A value set in one of the document's maps. */
export type Setting = { root: 'page' | 'palette'; key: string; value: unknown }
/** A stroke and where it lies among its Yjs client's changes. */
export type PlacedStroke = { stroke: PackedStroke; place: Span }

export type OwnChange = {
  readonly update: Uint8Array
  readonly settings: readonly Setting[]
  readonly brings: readonly Span[]
  readonly deletes: readonly Span[]
  readonly strokes: readonly PlacedStroke[]
  /** Neighbours it is put beside. */
  readonly besides: readonly Y.ID[]
}

export function readChange(update: Uint8Array, settings: readonly Setting[] = []): OwnChange {
  const { structs, ds } = Y.decodeUpdate(update)
  const items = structs.filter((struct) => struct instanceof Y.Item)
  return {
    update,
    settings,
    brings: items.map(({ id, length }) => ({ client: id.client, from: id.clock, to: id.clock + length })),
    deletes: spansOf(ds),
    strokes: items.flatMap(strokesIn),
    besides: items.flatMap(({ origin, rightOrigin }) => [origin, rightOrigin]).filter((id) => id !== null),
  }
}

/** Also one outside the limits: the server may refuse it, but it is not to be lost. */
const isStroke = (value: unknown): value is PackedStroke =>
  typeof (value as PackedStroke | null)?.id === 'string' &&
  (value as PackedStroke).points instanceof Uint8Array

function strokesIn({ id, content }: Y.Item): PlacedStroke[] {
  if (!(content instanceof Y.ContentAny)) return []
  return (content.arr as unknown[]).flatMap((value, index) => {
    const from = id.clock + index
    const place = { client: id.client, from, to: from + 1 }
    return isStroke(value) ? [{ stroke: value, place }] : []
  })
}

/** What a local transaction set in the maps; an update alone does not always tell the keys. */
export function settingsOf(doc: Y.Doc, { changed }: Y.Transaction): Setting[] {
  return (['page', 'palette'] as const).flatMap((root) => {
    const map = root === 'page' ? pageOf(doc) : paletteOf(doc)
    return [...(changed.get(map as never) ?? [])].flatMap((key) =>
      key !== null && map.has(key) ? [{ root, key, value: map.get(key) }] : [],
    )
  })
}

/** Whether a document with these clocks has what the change brings. Of a change that only deletes clocks tell nothing. */
export const isWithin = ({ brings }: OwnChange, clocks: ReadonlyMap<number, number>) =>
  brings.length > 0 && brings.every(({ client, to }) => to <= (clocks.get(client) ?? 0))

export const onlyDeletes = ({ brings }: OwnChange) => brings.length === 0

/** Whether a document has everything the change builds on, so that nothing of it would stay pending. */
export function fits({ brings, besides, deletes }: OwnChange, doc: Y.Doc): boolean {
  const clocks = new Map<number, number>()
  const have = (client: number) => clocks.get(client) ?? Y.getState(doc.store, client)
  for (const { client, from, to } of brings) {
    if (from > have(client)) return false
    clocks.set(client, Math.max(to, have(client)))
  }
  return (
    besides.every(({ client, clock }) => clock < have(client)) &&
    deletes.every(({ client, to }) => to <= have(client))
  )
}
