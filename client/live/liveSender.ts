/**
 * Cuts a stroke whose pen is down into `live` chunks for the others (DESIGN 3.4): never more often than every 33 ms, `seq`
 * from 0, deltas from 0 in each chunk, its first point the last of the chunk before. Knows no socket and no clock.
 */
import { encodePoints } from '../../shared/points.ts'
import type { LiveChunk, LiveEnd } from '../../shared/protocol.ts'

export const LIVE_INTERVAL_MS = 34

export type LiveStroke = Pick<LiveChunk, 'stroke' | 'tool' | 'color' | 'width' | 'swatch'>

export class LiveSender {
  readonly #stroke: LiveStroke
  #seq = 0
  /** Points already sent. */
  #sent = 0
  #sentAt = -Infinity

  constructor(stroke: LiveStroke) {
    this.#stroke = stroke
  }

  /** The next chunk of `points` (x, y, pressure triples of the whole stroke so far), or null when it is too soon or nothing is new. */
  next(points: readonly number[], now: number): LiveChunk | null {
    const count = points.length / 3
    if (count === this.#sent || now - this.#sentAt < LIVE_INTERVAL_MS) return null
    const from = Math.max(0, this.#sent - 1)
    const chunk = { ...this.#stroke, seq: this.#seq++, points: encodePoints(points.slice(3 * from)) }
    this.#sent = count
    this.#sentAt = now
    return chunk
  }

  /** Takes the stroke back from everybody's screen; null when nobody saw any of it. */
  cancel(): LiveEnd | null {
    if (this.#seq === 0) return null
    return { stroke: this.#stroke.stroke, seq: this.#seq++, end: true }
  }
}
