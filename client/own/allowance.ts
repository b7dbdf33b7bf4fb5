/** How fast something may go: so much at once, then so much a second. Time is given, in milliseconds. */
export class Allowance {
  readonly #rate: number
  readonly #burst: number
  #left: number
  #at: number

  /** `rate`: a second; `burst`: at once. */
  constructor(rate: number, burst: number, now: number) {
    this.#rate = rate
    this.#burst = this.#left = burst
    this.#at = now
  }

  /** Milliseconds until `amount` may be taken; more than fits at once may be taken when all is there. */
  wait(amount: number, now: number): number {
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1_000) * this.#rate)
    this.#at = now
    const lacking = Math.min(amount, this.#burst) - this.#left
    // Whole milliseconds: a wait too small to count would be waited for for ever.
    return lacking <= 0 ? 0 : Math.ceil((lacking / this.#rate) * 1_000)
  }

  take(amount: number): void {
    this.#left -= amount
  }
}
