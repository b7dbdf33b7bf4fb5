/**
 * The stroke document: a Yjs document with three root types and nothing else.
 *
 * - `strokes`: Y.Array of immutable packed strokes, one pushed in one transaction at pen-up, in painting order.
 * - `page`: Y.Map of the page's shared settings (`title`, `saturation`, `lineOpacity`).
 * - `palette`: Y.Map of swatches `{ name, color }`; a stroke that names one takes its color. One that nobody wants any more stays,
 *   marked `removed: true`: strokes keep its color, and whoever was offline meanwhile does not lose theirs.
 *
 * Reading is distrustful: whatever a document holds, `readStrokes` skips what is not a stroke and never throws. The same
 * check (`parseStroke`) tells the server's gate what to refuse.
 */
import * as Y from 'yjs'
import { limits } from './limits.ts'
import { decodePoints, encodePoints } from './points.ts'

export const tools = ['brush', 'erase', 'fill'] as const
export type Tool = (typeof tools)[number]

/** A stroke as it lies in the document and travels: exactly these keys. */
export type PackedStroke = {
  id: string
  /** The guest who painted it. */
  by: string
  tool: Tool
  /** 0xRRGGBB; 0 for an eraser. */
  color: number
  /** Key of a palette entry whose color replaces `color` while it exists. */
  swatch?: string
  /** Diameter at full pressure, or the gap a fill closes, in 1/8 page pixels. */
  width: number
  /** See points.ts. */
  points: Uint8Array
}

/** A stroke ready to paint: points decoded (x, y, pressure triples), swatch resolved. Never changed after it was made. */
export type Stroke = {
  readonly id: string
  readonly by: string
  readonly tool: Tool
  readonly color: number
  readonly width: number
  readonly points: Int32Array
}

/** A removed one is offered no more; what was painted with it keeps its color. */
export type Swatch = { name: string; color: number; removed?: true }

export const rootTypes = ['strokes', 'page', 'palette'] as const

export const strokesOf = (doc: Y.Doc) => doc.getArray<unknown>('strokes')
export const pageOf = (doc: Y.Doc) => doc.getMap<unknown>('page')
export const paletteOf = (doc: Y.Doc) => doc.getMap<unknown>('palette')

/** Packs a stroke for the document. `points` are x, y, pressure triples. */
export function packStroke(
  stroke: Omit<PackedStroke, 'points'> & { points: ArrayLike<number> },
): PackedStroke {
  return { ...stroke, points: encodePoints(stroke.points) }
}

/** Pushes one packed stroke in one transaction of the given origin (undo managers track origins). */
export function addStroke(doc: Y.Doc, stroke: PackedStroke, origin?: unknown): void {
  doc.transact(() => strokesOf(doc).push([stroke]), origin)
}

/** Deletes the strokes with these ids in one transaction. Ids that are not there are no error. */
export function removeStrokes(doc: Y.Doc, ids: ReadonlySet<string>, origin?: unknown): void {
  doc.transact(() => {
    const strokes = strokesOf(doc)
    const all = strokes.toArray()
    for (let i = all.length - 1; i >= 0; i--) {
      const id = (all[i] as { id?: unknown } | null)?.id
      if (typeof id === 'string' && ids.has(id)) strokes.delete(i, 1)
    }
  }, origin)
}

const strokeKeys = new Set(['id', 'by', 'tool', 'color', 'swatch', 'width', 'points'])

const isShortText = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= limits.idLength

const isInteger = (value: unknown, min: number, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= min && (value as number) <= max

/** True for 0xRRGGBB. */
export const isColor = (value: unknown): value is number => isInteger(value, 0, 0xffffff)

/** True for a palette entry: exactly a short name and a color, and that it was removed. */
export function isSwatch(value: unknown): value is Swatch {
  if (typeof value !== 'object' || value === null) return false
  const { name, color, removed, ...rest } = value as Record<string, unknown>
  const isWhole = isShortText(name) && isColor(color) && Object.keys(rest).length === 0
  return isWhole && (removed === true || !('removed' in value))
}

/** The stroke in a document's value with its own color, or null when the value is not exactly a stroke within the limits. */
export function parseStroke(value: unknown): (Stroke & { swatch?: string }) | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null
  for (const key of Object.keys(value)) if (!strokeKeys.has(key)) return null
  const { id, by, tool, color, swatch, width, points } = value as Record<string, unknown>
  if (!isShortText(id) || !isShortText(by)) return null
  if (!tools.includes(tool as Tool) || !isColor(color)) return null
  if (swatch !== undefined && !isShortText(swatch)) return null
  if (!isInteger(width, tool === 'fill' ? 0 : 1, limits.strokeWidth)) return null
  if (!(points instanceof Uint8Array)) return null
  const decoded = decodePoints(points)
  if (!decoded || (tool === 'fill' && decoded.length !== 3)) return null
  const stroke = { id, by, tool: tool as Tool, color, width, points: decoded }
  return swatch === undefined ? stroke : { ...stroke, swatch }
}

/** What was read of each packed object before, so that equal readings give the same `Stroke`. */
type Known = WeakMap<object, Stroke | null>

/**
 * Reads a document's strokes in painting order, again and again, and keeps the identity of what did not change: the same
 * packed object with the same resolved color gives the same `Stroke`, which is what `HintRaster` and the colorist compare. Strokes
 * that are painted on top of all others, as nearly all are, are read without reading the rest.
 */
export class StrokeReader {
  readonly #doc: Y.Doc
  readonly #known: Known = new WeakMap()
  #strokes: Stroke[] | undefined

  constructor(doc: Y.Doc) {
    this.#doc = doc
    paletteOf(doc).observe(() => (this.#strokes = undefined))
    strokesOf(doc).observe(({ target, transaction }) => {
      const added = this.#strokes && valuesOnTop(target, transaction)
      this.#strokes = added && this.#strokes?.concat(resolveAll(doc, added, this.#known))
    })
  }

  /** Never throws; what is not a stroke is skipped. The array is not changed later. */
  read(): readonly Stroke[] {
    return (this.#strokes ??= resolveAll(this.#doc, strokesOf(this.#doc).toArray(), this.#known))
  }
}

/** The values a transaction appended, when that is all it did to the array. */
function valuesOnTop(array: Y.Array<unknown>, transaction: Y.Transaction): unknown[] | undefined {
  if (transaction.deleteSet.clients.size > 0) return undefined
  const added = new Set<Y.Item>()
  let last: Y.Item | undefined
  for (const [client, end] of transaction.afterState) {
    const start = transaction.beforeState.get(client) ?? 0
    if (start === end) continue
    const structs = transaction.doc.store.clients.get(client)!
    for (let i = Y.findIndexSS(structs, start); i < structs.length; i++) {
      const item = structs[i]!
      if (!(item instanceof Y.Item) || item.deleted || item.id.clock < start) return undefined
      if (item.parent !== array) continue
      added.add(item)
      if (item.right === null) last = item
    }
  }
  const values: unknown[] = []
  let counted = 0
  for (let item = last; item && added.has(item); item = item.left ?? undefined, counted++) {
    values.unshift(...(item.content.getContent() as unknown[]))
  }
  return counted === added.size ? values : undefined
}

function resolveAll(doc: Y.Doc, values: readonly unknown[], known: Known): Stroke[] {
  const palette = paletteOf(doc)
  const strokes: Stroke[] = []
  for (const value of values) {
    if (typeof value !== 'object' || value === null) continue
    const before = known.get(value)
    const stroke = resolve(value, palette, before)
    if (stroke !== before) known.set(value, stroke)
    if (stroke) strokes.push(stroke)
  }
  return strokes
}

function resolve(value: object, palette: Y.Map<unknown>, known: Stroke | null | undefined): Stroke | null {
  if (known === null) return null
  const swatchKey = (value as { swatch?: unknown }).swatch
  const swatch = typeof swatchKey === 'string' ? palette.get(swatchKey) : undefined
  if (known) {
    const color = isSwatch(swatch) ? swatch.color : (value as PackedStroke).color
    return known.color === color ? known : { ...known, color }
  }
  const parsed = parseStroke(value)
  if (!parsed) return null
  const { swatch: _, ...stroke } = parsed
  return isSwatch(swatch) && stroke.tool !== 'erase' ? { ...stroke, color: swatch.color } : stroke
}

/** One reading of a document's strokes in painting order. Never throws. */
export const readStrokes = (doc: Y.Doc): Stroke[] => resolveAll(doc, strokesOf(doc).toArray(), new WeakMap())

/** The same of an encoded document. */
export const strokesIn = (document: Uint8Array): Stroke[] => readStrokes(decoded(document))

/** The encoding of a new document that holds these strokes and nothing else. */
export function documentOf(strokes: readonly Stroke[]): Uint8Array {
  const doc = new Y.Doc()
  strokesOf(doc).push(strokes.map((stroke) => packStroke(stroke)))
  return Y.encodeStateAsUpdate(doc)
}

/** A document of its own from its encoding. */
export function decoded(document: Uint8Array): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, document)
  return doc
}
