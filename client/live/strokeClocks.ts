/**
 * Where each stroke stands among its Yjs client's changes: what a frame's `covers.clock` counts by. Strokes are known by id; of
 * two with one id the later counts.
 */
import * as Y from 'yjs'

export class StrokeClocks {
  readonly #clocks = new Map<string, { client: number; clock: number }>()

  /** Begins with what the document holds. */
  constructor(doc: Y.Doc) {
    for (const struct of Y.decodeUpdate(Y.encodeStateAsUpdate(doc)).structs) {
      if (struct instanceof Y.Item) this.#read(struct)
    }
  }

  /** To be called in an observer of the strokes. */
  observe({ changes }: Y.YArrayEvent<unknown>): void {
    for (const item of changes.added) this.#read(item)
  }

  /** Whether a document whose clocks are these holds the stroke. */
  isWithin(stroke: string, clocks: Readonly<Record<string, number>>): boolean {
    const written = this.#clocks.get(stroke)
    return written !== undefined && written.clock < (clocks[written.client] ?? 0)
  }

  #read({ id, content }: Y.Item): void {
    content.getContent().forEach((value: { id?: unknown } | null, index) => {
      if (typeof value?.id === 'string')
        this.#clocks.set(value.id, { client: id.client, clock: id.clock + index })
    })
  }
}
