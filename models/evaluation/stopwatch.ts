/** Adds up how long each kind of work took. Work of other programs that runs beside is counted as long as it lasted. */
export class Stopwatch {
  readonly #seconds = new Map<string, number>()

  async time<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const began = performance.now()
    try {
      return await work()
    } finally {
      this.#add(name, began)
    }
  }

  run<Result>(name: string, work: () => Result): Result {
    const began = performance.now()
    try {
      return work()
    } finally {
      this.#add(name, began)
    }
  }

  /** Seconds by name, the longest first. */
  seconds(): Record<string, number> {
    return Object.fromEntries(
      [...this.#seconds]
        .sort((a, b) => b[1] - a[1])
        .map(([name, value]) => [name, Math.round(10 * value) / 10]),
    )
  }

  #add(name: string, began: number): void {
    this.#seconds.set(name, (this.#seconds.get(name) ?? 0) + (performance.now() - began) / 1000)
  }
}
