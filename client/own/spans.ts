/** A set of places in a Yjs document: per Yjs client, ranges of its clocks. A place once added stays. */
import type * as Y from 'yjs'

/** Clocks `from` up to, not including, `to`. */
export type Span = { readonly client: number; readonly from: number; readonly to: number }

/** What an update deletes, or a document has deleted. */
export function spansOf(deletes: ReturnType<typeof Y.createDeleteSet>): Span[] {
  return [...deletes.clients].flatMap(([client, ranges]) =>
    ranges.map(({ clock, len }) => ({ client, from: clock, to: clock + len })),
  )
}

export class Spans {
  readonly #added = new Map<number, Span[]>()
  /** Of `#added`: in order, without overlap; made when asked for. */
  readonly #merged = new Map<number, Span[]>()

  constructor(spans: Iterable<Span> = []) {
    this.add(spans)
  }

  add(spans: Iterable<Span>): void {
    for (const span of spans) {
      const added = this.#added.get(span.client)
      if (added) added.push(span)
      else this.#added.set(span.client, [span])
      this.#merged.delete(span.client)
    }
  }

  /** Whether every place of the span is in the set. */
  covers({ client, from, to }: Span): boolean {
    const ranges = this.#rangesOf(client)
    let low = 0
    for (let high = ranges.length; low < high;) {
      const middle = (low + high) >> 1
      if (ranges[middle]!.to <= from) low = middle + 1
      else high = middle
    }
    const range = ranges[low]
    return from >= to || (range !== undefined && range.from <= from && to <= range.to)
  }

  #rangesOf(client: number): Span[] {
    let merged = this.#merged.get(client)
    if (!merged) {
      merged = []
      for (const span of (this.#added.get(client) ?? []).toSorted((a, b) => a.from - b.from)) {
        const last = merged.at(-1)
        if (last && span.from <= last.to)
          merged[merged.length - 1] = { ...last, to: Math.max(last.to, span.to) }
        else merged.push(span)
      }
      this.#merged.set(client, merged)
    }
    return merged
  }
}
