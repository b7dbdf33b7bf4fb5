/**
 * Writes what changes all the time (a slider under a finger) at a steady pace: the first value at once, then at most one every
 * `everyMs`, always the newest, and the last one for sure.
 */
export class SteadyWriter<Value> {
  readonly #write: (value: Value) => void
  readonly #everyMs: number
  #waiting: { value: Value } | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(write: (value: Value) => void, everyMs = 120) {
    this.#write = write
    this.#everyMs = everyMs
  }

  /** Whether something put is not written yet. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined
  }

  put(value: Value): void {
    this.#waiting = { value }
    if (this.#timer === undefined) this.#next()
  }

  /** Writes at once what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting) this.#next()
  }

  /** Forgets what waits. */
  drop(): void {
    this.#waiting = undefined
  }

  #next(): void {
    this.#timer = undefined
    const waiting = this.#waiting
    if (!waiting) return
    this.#waiting = undefined
    this.#timer = setTimeout(() => this.#next(), this.#everyMs)
    this.#write(waiting.value)
  }
}
