/** One line that tells how far a run is and when it will be done. */
export class Progress {
  readonly #steps: number
  readonly #began = Date.now()
  #done = 0

  constructor(steps: number) {
    this.#steps = steps
  }

  step(what: string): void {
    this.#done++
    const perStep = (Date.now() - this.#began) / this.#done
    const left = Math.ceil((perStep * (this.#steps - this.#done)) / 60_000)
    const line = `${this.#done} of ${this.#steps}, about ${left} min left (${what})`
    // One line on a screen; in a file, a line for each step.
    process.stdout.write(
      process.stdout.isTTY ? `\r\x1b[K${line}${this.#done === this.#steps ? '\n' : ''}` : `${line}\n`,
    )
  }
}
