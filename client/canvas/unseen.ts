/**
 * What is painted, and what of it a frame shows: the strokes two hint maps are made of whose difference is the preview. Both
 * lists are in painting order, and what did not change keeps its identity.
 */
import type { Covers } from '../../shared/protocol.ts'
import type { Stroke } from '../../shared/strokes.ts'
import type { ChunkCounts } from '../live/chunkCounts.ts'
import type { StrokeClocks } from '../live/strokeClocks.ts'
import type { WetStroke } from './wetStroke.ts'
import { StrokePieces } from './strokePieces.ts'

/** `framed`: as the frame shows them, some in part; `painted`: as they are now. */
export type Unseen = { framed: readonly Stroke[]; painted: readonly Stroke[] }

export class UnseenStrokes {
  readonly #clocks: Pick<StrokeClocks, 'isWithin'>
  readonly #counts: ChunkCounts
  readonly #pieces = new StrokePieces()
  /** Of the committed strokes, while they and the frame stay the same. */
  #last:
    { committed: readonly Stroke[]; covers: Covers | undefined; whole: Stroke[]; rest: Stroke[] } | undefined

  #judged: { committed: readonly Stroke[]; covers: Covers; isWhole: boolean } | undefined

  constructor(clocks: Pick<StrokeClocks, 'isWithin'>, counts: ChunkCounts) {
    this.#clocks = clocks
    this.#counts = counts
  }

  /** `covers`: of the frame; undefined when there is none. */
  of(committed: readonly Stroke[], wet: readonly WetStroke[], covers: Covers | undefined): Unseen {
    if (this.#last?.committed !== committed || this.#last.covers !== covers) {
      const isWhole = (stroke: Stroke) => covers !== undefined && this.#shows(stroke.id, covers)
      const whole = committed.filter(isWhole)
      const rest = whole.length < committed.length ? committed.filter((stroke) => !isWhole(stroke)) : []
      this.#last = { committed, covers, whole, rest }
    }
    const { whole, rest } = this.#last
    const growing = wet.map((stroke) => ({ stroke, count: stroke.points.length / 3 }))
    const started = [...rest.map((stroke) => ({ stroke, count: stroke.points.length / 3 })), ...growing]
    const framed = started.flatMap(({ stroke, count }) =>
      this.#pieces.of(stroke, Math.min(count, this.#pointsShown(stroke.id, count, covers))),
    )
    const painted = growing.flatMap(({ stroke, count }) => this.#pieces.of(stroke, count))
    this.#pieces.sweep()
    this.#counts.keep(new Set(started.map(({ stroke }) => stroke.id)))
    return { framed: [...whole, ...framed], painted: [...committed, ...painted] }
  }

  /** Whether a picture that covers this shows all of these strokes. */
  isWhole(committed: readonly Stroke[], covers: Covers): boolean {
    if (this.#judged?.committed !== committed || this.#judged.covers !== covers) {
      // What is not shown mostly is what came last.
      const isWhole = committed.findLast((stroke) => !this.#shows(stroke.id, covers)) === undefined
      this.#judged = { committed, covers, isWhole }
    }
    return this.#judged.isWhole
  }

  /** The strokes that a picture that covers this shows whole. */
  shown(committed: readonly Stroke[], covers: Covers): readonly Stroke[] {
    return committed.filter((stroke) => this.#shows(stroke.id, covers))
  }

  #shows(id: string, { clock, lifted }: Covers): boolean {
    return lifted.includes(id) || this.#clocks.isWithin(id, clock)
  }

  #pointsShown(id: string, count: number, covers: Covers | undefined): number {
    if (!covers) return 0
    if (this.#shows(id, covers)) return count
    const seq = covers.live[id]
    return seq === undefined ? 0 : this.#counts.after(id, seq)
  }
}
