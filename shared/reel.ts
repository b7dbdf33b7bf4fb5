/**
 * The making of a page as a reel: step by step the strokes that were there, what was taken back later too. From the log's updates; the
 * last step is the page of today. Going on costs what the step changed; going back is begun at the nearest marker before.
 */
import * as Y from 'yjs'
import type { Making } from './making.ts'
import { StrokeReader, type Stroke } from './strokes.ts'
import { isNothing, spliceBetween, spliced, type Splice } from './splice.ts'

/** What a step did, and when: milliseconds since 1970. */
type Cut = { at: number; splice: Splice<Stroke> }

/** Steps between two lists that are kept whole. */
const MARKED = 128
/** Updates read in a row: a few milliseconds. */
const PART = 200

export class Reel {
  readonly #cuts: readonly Cut[]
  readonly #markers = new Map<number, readonly Stroke[]>([[0, []]])
  #here: { step: number; strokes: readonly Stroke[] } = { step: 0, strokes: [] }

  constructor(cuts: readonly Cut[]) {
    this.#cuts = cuts
  }

  /** How many steps there are: step 0 is the page before the first, step `length` the last. */
  get length(): number {
    return this.#cuts.length
  }

  /** When a step was made; undefined before the first. */
  at(step: number): number | undefined {
    return this.#cuts[step - 1]?.at
  }

  /** Who made it: whose strokes it brought. */
  by(step: number): string | undefined {
    return this.#cuts[step - 1]?.splice.insert.at(-1)?.by
  }

  /** The strokes after a step, in painting order; a stroke is the same object in every step. */
  strokes(step: number): readonly Stroke[] {
    if (step < this.#here.step) {
      const from = step - (step % MARKED)
      this.#here = { step: from, strokes: this.#markers.get(from)! }
    }
    while (this.#here.step < step) {
      const next = this.#here.step + 1
      const strokes = spliced(this.#here.strokes, this.#cuts[next - 1]!.splice)
      if (next % MARKED === 0) this.#markers.set(next, strokes)
      this.#here = { step: next, strokes }
    }
    return this.#here.strokes
  }
}

/** Reads a making in parts, between which whoever reads may do something else. */
export async function readReel({ base, steps }: Making, rest: () => Promise<unknown>): Promise<Reel> {
  const doc = new Y.Doc()
  const reader = new StrokeReader(doc)
  const cuts: Cut[] = []
  let strokes: readonly Stroke[] = []
  const take = (update: Uint8Array, at: number) => {
    Y.applyUpdate(doc, update)
    const next = reader.read()
    cuts.push(...oneByOne({ at, splice: spliceBetween(strokes, next) }, strokes.length))
    strokes = next
  }
  if (base) take(base, steps[0]?.at ?? 0)
  for (let i = 0; i < steps.length; i++) {
    if (i > 0 && i % PART === 0) await rest()
    take(steps[i]!.bytes, steps[i]!.at)
  }
  return new Reel(cuts)
}

/** Strokes that came at once, as after time offline, were painted one after the other. What changed no stroke is no step. */
function oneByOne({ at, splice }: Cut, length: number): Cut[] {
  if (isNothing(splice)) return []
  if (splice.remove > 0 || splice.at < length) return [{ at, splice }]
  return splice.insert.map((stroke, i) => ({ at, splice: { at: length + i, remove: 0, insert: [stroke] } }))
}
