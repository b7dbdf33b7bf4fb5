/**
 * The strokes whose pens are down: chunks merged into whole strokes, in the order the pens came down. Never stored. A live
 * stroke is forgotten when it is committed, cancelled, the socket it came through closes, or nothing was heard of it for a
 * while; a chunk that was overtaken by its commit does not bring it back.
 */
import { limits } from '../../shared/limits.ts'
import type { Covers, LiveChunk, LiveEnd } from '../../shared/protocol.ts'
import { parseStroke, type Stroke } from '../../shared/strokes.ts'

type Live = { stroke: Stroke; swatch: string | undefined; from: unknown; nextSeq: number; heardAt: number }

/** Pens a guest can hold down at once: fingers of one hand. */
const PENS = 5
/** Commits remembered against late chunks, and those of them that frames name. */
const REMEMBERED_COMMITS = 500
const NAMED_COMMITS = 16

export class LiveStrokes {
  readonly #live = new Map<string, Live>()
  readonly #committed = new Set<string>()
  /** Ids of the last strokes that were live and are committed; replaced, never changed. */
  #lifted: string[] = []
  readonly #points: number
  readonly #now: () => number

  constructor(points: number, now: () => number = () => performance.now()) {
    this.#points = points
    this.#now = now
  }

  get size(): number {
    return this.#live.size
  }

  /** In painting order, colors of swatches looked up by `resolve`. Unchanged strokes keep their identity. */
  strokes(resolve: (swatch: string) => number | undefined): Stroke[] {
    return Array.from(this.#live.values(), (live) => {
      const color =
        live.swatch === undefined || live.stroke.tool === 'erase' ? undefined : resolve(live.swatch)
      if (color !== undefined && color !== live.stroke.color) live.stroke = { ...live.stroke, color }
      return live.stroke
    })
  }

  /**
   * Adds a chunk that came through `from`. False when it is not one within the limits. A lost chunk leaves a straight line; a
   * chunk of a stroke not known (the server forgot it) starts it anew; one heard already, or of a commit, changes nothing.
   */
  add(guest: string, chunk: LiveChunk, from?: unknown): boolean {
    const { stroke: id, seq, swatch, tool, color, width, points } = chunk
    const parsed = parseStroke({
      id,
      by: guest,
      tool,
      color,
      width,
      points,
      ...(swatch !== undefined && { swatch }),
    })
    if (!parsed) return false
    const key = keyOf(guest, id)
    const known = this.#live.get(key)
    if ((known && seq < known.nextSeq) || this.#committed.has(key)) return true
    if (!known && this.#pensOf(guest) >= PENS) return false
    const merged = known ? continued(known.stroke.points, parsed.points) : parsed.points
    if (merged.length > 3 * this.#points) return false
    const stroke: Stroke = { id, by: guest, tool, color, width, points: merged }
    this.#live.set(key, { stroke, swatch, from, nextSeq: seq + 1, heardAt: this.#now() })
    return true
  }

  /** Forgets a stroke; false when it was not known. */
  end(guest: string, id: string): boolean {
    return this.#live.delete(keyOf(guest, id))
  }

  /** A stroke is in the document now. */
  commit(guest: string, id: string): void {
    const key = keyOf(guest, id)
    this.#committed.add(key)
    for (const first of this.#committed) {
      if (this.#committed.size <= REMEMBERED_COMMITS) break
      this.#committed.delete(first)
    }
    if (this.#live.delete(key)) this.#lifted = [...this.#lifted.slice(1 - NAMED_COMMITS), id]
  }

  /** Forgets everything that came through `from`, and gives what the others are to be told. */
  leave(from: unknown): (LiveEnd & { guest: string })[] {
    const ends = Array.from(this.#live.values())
      .filter((live) => live.from === from)
      .map(({ stroke, nextSeq }) => ({
        stroke: stroke.id,
        seq: nextSeq,
        end: true as const,
        guest: stroke.by,
      }))
    this.#drop((live) => live.from === from)
    return ends
  }

  /** What a picture of the strokes as they are now shows of them. */
  covers(): Pick<Covers, 'live' | 'lifted'> {
    const live = Object.fromEntries(
      Array.from(this.#live.values(), ({ stroke, nextSeq }) => [stroke.id, nextSeq - 1]),
    )
    return { live, lifted: this.#lifted }
  }

  /** Forgets what has been silent too long; false when there was nothing. */
  expire(): boolean {
    const before = this.#now() - limits.liveSilenceMs
    return this.#drop(({ heardAt }) => heardAt <= before)
  }

  #drop(gone: (live: Live) => boolean): boolean {
    let dropped = false
    for (const [key, live] of this.#live) if (gone(live)) dropped = this.#live.delete(key)
    return dropped
  }

  #pensOf(guest: string): number {
    let pens = 0
    for (const { stroke } of this.#live.values()) if (stroke.by === guest) pens++
    return pens
  }
}

const keyOf = (guest: string, id: string) => JSON.stringify([guest, id])

/** The points so far and a chunk's, whose first repeats the last so far. */
function continued(so: Int32Array, chunk: Int32Array): Int32Array {
  const end = so.length
  const repeats = so[end - 3] === chunk[0] && so[end - 2] === chunk[1]
  const more = repeats ? chunk.subarray(3) : chunk
  const all = new Int32Array(end + more.length)
  all.set(so)
  all.set(more, end)
  return all
}
