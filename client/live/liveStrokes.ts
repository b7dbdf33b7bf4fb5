/**
 * Other people's strokes whose pens are still down, put together from `live` chunks. A stroke leaves when its commit is in
 * the document (so that it is never seen twice), when it is cancelled, when its guest leaves, or after 10 s of silence.
 * Distrustful: a chunk that is not one is skipped.
 */
import { limits } from '../../shared/limits.ts'
import { decodePoints } from '../../shared/points.ts'
import type { LiveChunk, LiveEnd } from '../../shared/protocol.ts'
import { isColor, tools, type Tool } from '../../shared/strokes.ts'

export type GhostStroke = {
  readonly id: string
  readonly guest: string
  readonly tool: Tool
  readonly color: number
  readonly width: number
  /** x, y, pressure triples; grows. */
  readonly points: number[]
}

type Kept = GhostStroke & { seq: number; heardAt: number }

/** Commits remembered so that a late chunk does not bring a stroke back. */
const REMEMBERED_COMMITS = 500

export class LiveStrokes {
  readonly #strokes = new Map<string, Kept>()
  readonly #committed = new Set<string>()

  get all(): readonly GhostStroke[] {
    return [...this.#strokes.values()]
  }

  of(id: string): GhostStroke | undefined {
    return this.#strokes.get(id)
  }

  /** Takes a message; `grown` when a stroke got longer, `gone` when one disappeared. */
  receive(message: (LiveChunk | LiveEnd) & { guest: string }, now: number): 'grown' | 'gone' | null {
    if ('end' in message) return this.#strokes.delete(message.stroke) ? 'gone' : null
    const { stroke: id, seq, guest, tool, color, width } = message
    if (this.#committed.has(id) || !tools.includes(tool) || !isColor(color)) return null
    const points = message.points instanceof Uint8Array ? decodePoints(message.points) : null
    if (!points) return null
    const known = this.#strokes.get(id)
    if (!known) {
      this.#strokes.set(id, { id, guest, tool, color, width, seq, heardAt: now, points: [...points] })
      return 'grown'
    }
    if (known.guest !== guest || seq <= known.seq) return null
    known.seq = seq
    known.heardAt = now
    if (known.points.length / 3 < limits.points) known.points.push(...points.subarray(3))
    return 'grown'
  }

  /** These ids are in the document now. */
  commit(ids: Iterable<string>): boolean {
    let gone = false
    for (const id of ids) {
      this.#committed.add(id)
      gone = this.#strokes.delete(id) || gone
    }
    for (const id of this.#committed) {
      if (this.#committed.size <= REMEMBERED_COMMITS) break
      this.#committed.delete(id)
    }
    return gone
  }

  /** Forgets them all: what became of them was not heard. */
  clear(): boolean {
    const gone = this.#strokes.size > 0
    this.#strokes.clear()
    return gone
  }

  /** Drops what is silent for 10 s and what belongs to nobody of `guests`. */
  sweep(now: number, guests: ReadonlySet<string>): boolean {
    let gone = false
    for (const [id, stroke] of this.#strokes) {
      if (now - stroke.heardAt < limits.liveSilenceMs && guests.has(stroke.guest)) continue
      this.#strokes.delete(id)
      gone = true
    }
    return gone
  }
}
