/**
 * When each step of a reel is shown: pauses that were long are longer here too, but no one waits through them. A short making takes a
 * few seconds, a long one a minute at most.
 */
const STEP_MS = 90
const SHORTEST_MS = 4_000
const LONGEST_MS = 60_000
/** A step's share of the time: the root of the seconds before it, within these. */
const LEAST_SHARE = 0.5
const MOST_SHARE = 3

export class Pace {
  /** When each step begins, from step 1 on. */
  readonly #starts: readonly number[]
  /** How long all of it takes. */
  readonly length: number

  /** `at`: when each step was made, milliseconds since 1970. */
  constructor(at: readonly number[]) {
    const shares = at.map((time, i) =>
      Math.min(MOST_SHARE, Math.max(LEAST_SHARE, Math.sqrt(Math.max(0, time - (at[i - 1] ?? time)) / 1000))),
    )
    const whole = shares.reduce((sum, share) => sum + share, 0)
    this.length = at.length === 0 ? 0 : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, STEP_MS * at.length))
    let sum = 0
    this.#starts = shares.map((share) => ((sum += share) / whole) * this.length)
  }

  /** The step that is shown after so many milliseconds: 0 is the page before the first. */
  stepAt(time: number): number {
    let low = 0
    for (let high = this.#starts.length; low < high;) {
      const middle = (low + high) >> 1
      if (this.#starts[middle]! <= time) low = middle + 1
      else high = middle
    }
    return low
  }

  /** When a step begins. */
  startOf(step: number): number {
    return step === 0 ? 0 : this.#starts[step - 1]!
  }
}
