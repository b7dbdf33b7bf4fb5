/**
 * The named colors of a page, which everybody in the room shares (the document's `palette`): read, added, changed and removed. Oldest first,
 * in the same order for everybody: keys begin with the moment they were made.
 *
 * A removed color stays in the document, marked (shared/strokes.ts says why). When the page holds as many as it can, one that no
 * stroke uses gives its place away.
 */
import type * as Y from 'yjs'
import { limits } from '../../shared/limits.ts'
import { plainName } from '../../shared/plainName.ts'
import { isSwatch, paletteOf, strokesOf, type Swatch } from '../../shared/strokes.ts'

export type NamedColor = { name: string; color: number }
export type PageColor = NamedColor & { key: string }

const RANDOM_LETTERS = 10

/** What the palette offers; what is no swatch is skipped. */
export function pageColorsOf(doc: Y.Doc): PageColor[] {
  const colors: PageColor[] = []
  for (const [key, value] of paletteOf(doc)) {
    if (isSwatch(value) && !value.removed) colors.push({ key, name: value.name, color: value.color })
  }
  return colors.sort((a, b) => (a.key < b.key ? -1 : 1))
}

export function swatchOf(doc: Y.Doc, key: string): Swatch | undefined {
  const value = paletteOf(doc).get(key)
  return isSwatch(value) ? value : undefined
}

/** How many more the page can take. */
export const roomForColors = (doc: Y.Doc) =>
  limits.paletteEntries - paletteOf(doc).size + freeKeys(doc).length

/** Adds colors in one change and gives their keys; null, and nothing is added, when there is no room for all. */
export function addPageColors(doc: Y.Doc, colors: readonly NamedColor[]): string[] | null {
  const palette = paletteOf(doc)
  const surplus = palette.size + colors.length - limits.paletteEntries
  const free = surplus > 0 ? freeKeys(doc) : []
  if (free.length < surplus) return null
  const keys: string[] = []
  doc.transact(() => {
    colors.forEach(({ name, color }, i) => {
      const key = i < surplus ? free[i]! : newKey(i)
      keys.push(key)
      palette.set(key, { name: plainName(name), color })
    })
  })
  return keys
}

/** Changes a name, a color, or both. One that is gone stays gone. */
export function changePageColor(doc: Y.Doc, key: string, news: Partial<NamedColor>): void {
  const before = swatchOf(doc, key)
  if (!before || before.removed) return
  const next = { name: plainName(news.name ?? before.name), color: news.color ?? before.color }
  if (next.name !== before.name || next.color !== before.color) paletteOf(doc).set(key, next)
}

export function removePageColor(doc: Y.Doc, key: string): void {
  const before = swatchOf(doc, key)
  if (before && !before.removed) paletteOf(doc).set(key, { ...before, removed: true })
}

/** Brings a removed one back. */
export function bringBackPageColor(doc: Y.Doc, key: string): void {
  const before = swatchOf(doc, key)
  if (before?.removed) paletteOf(doc).set(key, { name: before.name, color: before.color })
}

/** Keys of removed colors that nothing is painted with. */
function freeKeys(doc: Y.Doc): string[] {
  const used = new Set(
    strokesOf(doc)
      .toArray()
      .map((stroke) => (stroke as { swatch?: unknown } | null)?.swatch),
  )
  const keys = [...paletteOf(doc)].filter(([, value]) => isSwatch(value) && value.removed).map(([key]) => key)
  return keys.filter((key) => !used.has(key))
}

/** `place`: among those added at once. */
function newKey(place: number): string {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(RANDOM_LETTERS)), (byte) =>
    (byte % 36).toString(36),
  )
  return (Date.now() + place).toString(36).padStart(9, '0') + random.join('')
}
