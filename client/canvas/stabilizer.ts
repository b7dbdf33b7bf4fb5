/**
 * Steadies a trembling hand: the stroke follows the pen like a weight on a string. As long as the string is slack nothing moves, so
 * what trembles less than the string is long leaves no trace, at any speed and any rate of samples. The stroke ends where the pen
 * does: lifted, the weight is pulled up to it.
 */
import { UNITS, type PenSample } from './pen.ts'

/** The string at full strength, in screen pixels. */
const LONGEST = 90
/** Low strengths are finer apart than high ones. */
const CURVE = 1.4

export class Stabilizer {
  /** In 1/8 page pixels. */
  readonly #string: number
  #weight: PenSample
  #pen: PenSample

  /** `strength`: 0 (none) .. 100. `scale`: screen pixels a page pixel. */
  constructor(strength: number, scale: number, start: PenSample) {
    this.#string = (LONGEST * (strength / 100) ** CURVE * UNITS) / scale
    this.#weight = this.#pen = start
  }

  /** Where the stroke goes when the pen is here; null while it stays. */
  pull(pen: PenSample): PenSample | null {
    this.#pen = pen
    const { x, y } = this.#weight
    const distance = Math.hypot(pen.x - x, pen.y - y)
    if (distance <= this.#string) return null
    if (this.#string === 0) return (this.#weight = pen)
    const share = 1 - this.#string / distance
    this.#weight = {
      x: Math.round(x + share * (pen.x - x)),
      y: Math.round(y + share * (pen.y - y)),
      pressure: pen.pressure,
    }
    return this.#weight
  }

  /** The pen is lifted: where the stroke ends, null when it is there already. */
  rest(): PenSample | null {
    const { x, y } = this.#weight
    if (x === this.#pen.x && y === this.#pen.y) return null
    // A lifted pen hardly presses any more: the end is as wide as what led to it.
    return (this.#weight = { ...this.#pen, pressure: this.#weight.pressure })
  }
}
