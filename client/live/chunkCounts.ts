/** How many points of a live stroke its chunks bring, by `seq`: how much of it a frame shows that names the last one. */
export class ChunkCounts {
  readonly #counts = new Map<string, Map<number, number>>()

  /** After this chunk the stroke has so many points. */
  note(stroke: string, seq: number, points: number): void {
    const known = this.#counts.get(stroke)
    if (known) known.set(seq, points)
    else this.#counts.set(stroke, new Map([[seq, points]]))
  }

  /** Points after chunk `seq`, or after the last one heard before it. */
  after(stroke: string, seq: number): number {
    let last = -1
    let points = 0
    for (const [at, count] of this.#counts.get(stroke) ?? []) {
      if (at > seq || at <= last) continue
      last = at
      points = count
    }
    return points
  }

  /** Forgets all other strokes. */
  keep(strokes: ReadonlySet<string>): void {
    for (const stroke of this.#counts.keys()) if (!strokes.has(stroke)) this.#counts.delete(stroke)
  }
}
