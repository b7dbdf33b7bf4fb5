/**
 * What a page is made of, as plain values: what a version holds and a restore brings back. Two documents with the same content look
 * the same to everybody, whatever was written and deleted on the way there.
 */
import * as Y from 'yjs'
import { pageOf, paletteOf, strokesOf, type PackedStroke } from '../../shared/strokes.ts'

export type Content = {
  /** In painting order. */
  strokes: readonly PackedStroke[]
  page: Readonly<Record<string, unknown>>
  palette: Readonly<Record<string, unknown>>
}

/** Nothing in it is to be changed: the strokes are the document's own. */
export const contentOf = (doc: Y.Doc): Content => ({
  // What the gate let in is nothing else.
  strokes: strokesOf(doc).toArray() as PackedStroke[],
  page: pageOf(doc).toJSON(),
  palette: paletteOf(doc).toJSON(),
})

/** The content of an encoded document (a snapshot). */
export function contentIn(document: Uint8Array): Content {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, document)
  return contentOf(doc)
}

/** Puts a content into a document that holds nothing, in one transaction. */
export function fill(doc: Y.Doc, { strokes, page, palette }: Content): void {
  doc.transact(() => {
    strokesOf(doc).push([...strokes])
    for (const [key, value] of Object.entries(page)) pageOf(doc).set(key, value)
    for (const [key, value] of Object.entries(palette)) paletteOf(doc).set(key, value)
  })
}
