/**
 * Makes a page what it was in a version, forward: in one transaction on the living document. What both hold stays the very same
 * struct, so that whoever is offline or about to undo meets it again; the rest is deleted, and what is missing is painted anew, under its
 * author's name and at its place. Strokes that came after `before` are nobody's to lose: they stay, on top.
 */
import type * as Y from 'yjs'
import { isSameStroke } from '../../shared/sameStroke.ts'
import { pageOf, paletteOf, strokesOf, type PackedStroke } from '../../shared/strokes.ts'
import { contentOf, type Content } from './content.ts'

/** `before`: what the page held when it was last kept; only that may go. */
export function restore(doc: Y.Doc, version: Content, before: Pick<Content, 'strokes'>): void {
  restoreStrokes(strokesOf(doc), version.strokes, new Set(before.strokes.map(({ id }) => id)))
  const now = contentOf(doc)
  restoreMap(pageOf(doc), now.page, version.page)
  restoreMap(paletteOf(doc), now.palette, version.palette)
}

function restoreStrokes(list: Y.Array<unknown>, wanted: readonly PackedStroke[], known: ReadonlySet<string>) {
  const present = list.toArray() as PackedStroke[]
  const places = placesIn(wanted, present)
  const kept = longestRising(places)
  const isDoomed = present.map(({ id }, i) => !kept.has(i) && known.has(id))
  removeRuns(list, runsOf(isDoomed))

  /** How many of `wanted` are there, and where in the list the next belongs. */
  let done = 0
  let at = 0
  const bring = (until: number) => {
    if (until <= done) return
    list.insert(at, wanted.slice(done, until))
    at += until - done
    done = until
  }
  const following = nextKept(kept, places, wanted.length)
  for (let i = 0; i < present.length; i++) {
    if (isDoomed[i]) continue
    const isKept = kept.has(i)
    // Below what is kept comes all that precedes it; below a newcomer all up to the next that is kept.
    bring(isKept ? places[i]! : following[i]!)
    if (isKept) done++
    at++
  }
  bring(wanted.length)
}

type Run = { at: number; length: number }

/** Where what is true stands in a row. */
function runsOf(flags: readonly boolean[]): Run[] {
  const runs: Run[] = []
  for (let i = 0; i < flags.length; i++) {
    if (!flags[i]) continue
    if (flags[i - 1]) runs.at(-1)!.length++
    else runs.push({ at: i, length: 1 })
  }
  return runs
}

/**
 * From the middle outwards: one Yjs struct may hold all strokes, and each deletion copies the rest of the struct it is in. One after
 * the other, ten thousand strokes would take seconds.
 */
function removeRuns(list: Y.Array<unknown>, runs: readonly Run[]): void {
  /** `gone`: elements removed before the first of these runs. */
  const remove = (from: number, to: number, gone: number): void => {
    if (from >= to) return
    const middle = (from + to) >> 1
    const { at, length } = runs[middle]!
    list.delete(at - gone, length)
    remove(middle + 1, to, gone + length)
    remove(from, middle, gone)
  }
  remove(0, runs.length, 0)
}

/** For each of `present` which one of `wanted` it is, each once; -1 for none. */
function placesIn(wanted: readonly PackedStroke[], present: readonly PackedStroke[]): number[] {
  const places = new Map<string, number[]>()
  for (let i = wanted.length - 1; i >= 0; i--) {
    const same = places.get(wanted[i]!.id)
    if (same) same.push(i)
    else places.set(wanted[i]!.id, [i])
  }
  return present.map((stroke) => {
    const free = places.get(stroke.id)
    const place = free?.at(-1)
    if (place === undefined || !isSameStroke(stroke, wanted[place]!)) return -1
    free!.pop()
    return place
  })
}

/** The indices of a longest part of `places` that rises; -1 is never in it. */
function longestRising(places: readonly number[]): Set<number> {
  /** By length: the index at which a rising part of that length ends lowest. */
  const ends: number[] = []
  const previous = new Array<number>(places.length).fill(-1)
  for (let i = 0; i < places.length; i++) {
    const place = places[i]!
    if (place < 0) continue
    let low = 0
    for (let high = ends.length; low < high;) {
      const middle = (low + high) >> 1
      if (places[ends[middle]!]! < place) low = middle + 1
      else high = middle
    }
    previous[i] = low > 0 ? ends[low - 1]! : -1
    ends[low] = i
  }
  const kept = new Set<number>()
  for (let i = ends.at(-1) ?? -1; i >= 0; i = previous[i]!) kept.add(i)
  return kept
}

/** For each index the place of the next one that is kept, or `end`. */
function nextKept(kept: ReadonlySet<number>, places: readonly number[], end: number): number[] {
  const following = new Array<number>(places.length)
  let next = end
  for (let i = places.length - 1; i >= 0; i--) {
    following[i] = next
    if (kept.has(i)) next = places[i]!
  }
  return following
}

function restoreMap(map: Y.Map<unknown>, now: Content['page'], then: Content['page']): void {
  for (const key of Object.keys(now)) if (!Object.hasOwn(then, key)) map.delete(key)
  for (const [key, value] of Object.entries(then)) if (!isSameEntry(now[key], value)) map.set(key, value)
}

/** Settings are plain, swatches a name and a color, and that they were removed. */
function isSameEntry(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [one, other] = [a, b] as [Record<string, unknown>, Record<string, unknown>]
  return (['name', 'color', 'removed'] as const).every((key) => one[key] === other[key])
}
