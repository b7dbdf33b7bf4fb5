/**
 * Strokes that are not whole, as short strokes that paint the same pixels: while a stroke grows, only its last piece is another
 * one, so that a rasterizer paints little and little is sent to a worker. Pieces share their end points.
 */
import type { Stroke, Tool } from '../../shared/strokes.ts'

export type Growing = {
  readonly id: string
  readonly tool: Tool
  readonly color: number
  readonly width: number
  readonly points: ArrayLike<number>
}

/** Segments of a piece. */
const SEGMENTS = 48

export class StrokePieces {
  /** By stroke and the number of the stroke's points up to a piece's end. */
  #pieces = new Map<string, Map<number, Stroke>>()
  #used = new Map<string, Map<number, Stroke>>()

  /** The first `count` points of a stroke. Pieces asked for since the last `sweep` but one keep their identity. */
  of(stroke: Growing, count: number): Stroke[] {
    const pieces: Stroke[] = []
    for (let from = 0; from < count; from += SEGMENTS) {
      if (from > 0 && from === count - 1) break
      pieces.push(this.#piece(stroke, from, Math.min(count, from + SEGMENTS + 1)))
    }
    return pieces
  }

  /** Forgets what was not asked for since the last call. */
  sweep(): void {
    this.#pieces = this.#used
    this.#used = new Map()
  }

  #piece(stroke: Growing, from: number, to: number): Stroke {
    const { id, tool, color, width, points } = stroke
    let used = this.#used.get(id)
    if (!used) this.#used.set(id, (used = new Map<number, Stroke>()))
    const known = used.get(to) ?? this.#pieces.get(id)?.get(to)
    const piece =
      known?.color === color
        ? known
        : { id, by: '', tool, color, width, points: Int32Array.from(triples(points, from, to)) }
    used.set(to, piece)
    return piece
  }
}

function* triples(points: ArrayLike<number>, from: number, to: number): Generator<number> {
  for (let at = 3 * from; at < 3 * to; at++) yield points[at]!
}
