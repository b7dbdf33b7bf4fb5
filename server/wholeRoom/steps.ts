/**
 * How a page came to be as steps that anybody can follow (files/nurieFile.ts), from what the store has of it: documents it once was
 * (versions), and the log from one of them on. Between documents that no log joins, a step makes the one of the other.
 */
import * as Y from 'yjs'
import type { NurieSplice, NurieStep, Setting } from '../../files/nurieFile.ts'
import {
  decoded,
  pageOf,
  paletteOf,
  strokesOf,
  type PackedStroke,
  type Swatch,
} from '../../shared/strokes.ts'
import { contentOf, fill } from '../history/content.ts'
import { restore } from '../history/restore.ts'

/** A moment of a page: the whole document, or an update to the one before. `seq`: its number in the log. */
export type Moment = { seq: number; at: number } & ({ document: Uint8Array } | { update: Uint8Array })

/** `countAt`: how many of the steps lead to the page as the log makes it up to a number. */
export type Steps = { steps: NurieStep[]; countAt(seq: number): number }

/** `moments` in order; the first of them is a document, or an update to an empty one. */
export function stepsOf(moments: readonly Moment[]): Steps {
  const steps: NurieStep[] = []
  const counts: { seq: number; count: number }[] = []
  let at = 0
  const note = (change: Omit<NurieStep, 'at'>) => void steps.push({ at, ...change })
  let page = new Y.Doc()
  watch(page, note)
  for (const moment of moments) {
    at = moment.at
    if ('update' in moment) Y.applyUpdate(page, moment.update)
    else {
      const next = decoded(moment.document)
      // On a page of its own: what follows builds on the document as it is.
      const between = new Y.Doc()
      fill(between, contentOf(page))
      watch(between, note)
      restore(between, contentOf(next), contentOf(between))
      page = next
      watch(page, note)
    }
    counts.push({ seq: moment.seq, count: steps.length })
  }
  return { steps, countAt: (seq) => counts.findLast((each) => each.seq <= seq)?.count ?? 0 }
}

/** Tells what each transaction changes. */
function watch(doc: Y.Doc, tell: (change: Omit<NurieStep, 'at'>) => void): void {
  let strokes: NurieSplice[] = []
  let settings: NurieStep['settings'] = {}
  let palette: NurieStep['palette'] = {}
  strokesOf(doc).observe(({ changes }) => {
    strokes = changes.delta.map(({ retain, delete: gone, insert }) => {
      if (retain !== undefined) return { keep: retain }
      if (gone !== undefined) return { remove: gone }
      return { add: insert as PackedStroke[] }
    })
  })
  pageOf(doc).observe(({ target, keysChanged }) => (settings = entriesOf<Setting>(target, keysChanged)))
  paletteOf(doc).observe(({ target, keysChanged }) => (palette = entriesOf<Swatch>(target, keysChanged)))
  doc.on('afterTransaction', () => {
    const isChange = strokes.length > 0 || Object.keys({ ...settings, ...palette }).length > 0
    if (isChange) tell({ strokes, settings, palette })
    strokes = []
    settings = {}
    palette = {}
  })
}

/** What the gate let in is nothing else. */
const entriesOf = <Value>(
  map: Y.Map<unknown>,
  keys: ReadonlySet<string | null>,
): Record<string, Value | null> =>
  Object.fromEntries(
    [...keys].flatMap((key) => (key === null ? [] : [[key, (map.get(key) ?? null) as Value]])),
  )
