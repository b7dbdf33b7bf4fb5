/**
 * The making of a page as a reel: step by step the strokes that were there, what was taken back later too. From the log's updates; the
 * last step is the page of today. Going on costs what the step changed; going back is begun at the nearest marker before.
 */
import * as Y from 'yjs'
import type { Making } from '../../shared/making.ts'
import {
  isSwatch,
  paletteOf,
  parseStroke,
  strokesOf,
  type PackedStroke,
  type Stroke,
} from '../../shared/strokes.ts'
import { isNothing, spliceBetween, spliced, type Splice } from '../../shared/splice.ts'

/** What a step did, and when: milliseconds since 1970. */
type Cut = { at: number; splice: Splice<Stroke> }

/** Steps between two lists that are kept whole. */
const MARKED = 128
/** Updates read in a row: about 5 ms. */
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

/** Reads a making in parts, between which the page goes on. */
export async function readReel({ base, steps }: Making): Promise<Reel> {
  const projector = new Projector()
  if (base) projector.take(base, steps[0]?.at ?? 0)
  for (let i = 0; i < steps.length; i++) {
    if (i > 0 && i % PART === 0) await new Promise((resolve) => setTimeout(resolve))
    projector.take(steps[i]!.bytes, steps[i]!.at)
  }
  return new Reel(projector.cuts)
}

/** A document that goes through all updates, and the steps they were. */
class Projector {
  readonly cuts: Cut[] = []
  readonly #doc = new Y.Doc()
  /** By the document's own objects. */
  readonly #known = new WeakMap<object, Stroke>()
  #strokes: Stroke[] = []
  /** What the last update put on top, and whether it did anything else. */
  #appended: unknown[] = []
  #isOther = false

  constructor() {
    const strokes = strokesOf(this.#doc)
    let length = 0
    strokes.observe(({ delta }) => {
      const last = delta.at(-1)?.insert
      const isOnTop = length === 0 ? delta.length === 1 : delta.length === 2 && delta[0]?.retain === length
      if (isOnTop && Array.isArray(last)) this.#appended = last
      else this.#isOther = true
      length = strokes.length
    })
    paletteOf(this.#doc).observe(() => (this.#isOther = true))
  }

  take(update: Uint8Array, at: number): void {
    this.#appended = []
    this.#isOther = false
    Y.applyUpdate(this.#doc, update)
    if (this.#isOther) this.#takeAll(at)
    else this.#takeAppended(at)
  }

  /** Most updates add a stroke: then the others need not be looked at. Those that came at once were painted one after the other. */
  #takeAppended(at: number): void {
    for (const stroke of this.#appended.flatMap(this.#strokeOf)) {
      this.cuts.push({ at, splice: { at: this.#strokes.length, remove: 0, insert: [stroke] } })
      this.#strokes.push(stroke)
    }
  }

  #takeAll(at: number): void {
    const next = strokesOf(this.#doc).toArray().flatMap(this.#strokeOf)
    const splice = spliceBetween(this.#strokes, next)
    if (isNothing(splice)) return
    this.cuts.push({ at, splice })
    this.#strokes = next
  }

  /** The stroke of a value in its color of now; the same object while that stays. Nothing when it is none. */
  readonly #strokeOf = (value: unknown): Stroke | [] => {
    if (typeof value !== 'object' || value === null) return []
    const known = this.#known.get(value)
    const parsed = known ?? parseStroke(value)
    if (!parsed) return []
    const { swatch: key, color: own } = value as PackedStroke
    const swatch = key === undefined ? undefined : paletteOf(this.#doc).get(key)
    const color = isSwatch(swatch) && parsed.tool !== 'erase' ? swatch.color : own
    const stroke = known?.color === color ? known : { ...parsed, color }
    this.#known.set(value, stroke)
    return stroke
  }
}
