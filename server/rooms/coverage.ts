/**
 * What was painted at each revision, so that a frame can say what of it it shows. Frames come a while after their revisions and
 * in order; what is older than the last one is forgotten. Never claims too much: a revision it no longer knows covers nothing
 * but what the page was opened with.
 */
import type { Covers } from '../../shared/protocol.ts'

/** Revisions remembered while no frame comes: some seconds of a full room that draws. */
const REMEMBERED = 2_000
const NOTHING: Covers = { clock: {}, live: {}, lifted: [] }

export class Coverage {
  readonly #noted: { revision: number; covers: Covers }[] = []

  /** `covers` is kept, not copied; revisions grow. */
  note(revision: number, covers: Covers): void {
    this.#noted.push({ revision, covers })
    if (this.#noted.length > REMEMBERED) this.#noted.shift()
  }

  /** What a frame of this revision shows. */
  of(revision: number): Covers {
    const later = this.#noted.findIndex((noted) => noted.revision > revision)
    const last = (later === -1 ? this.#noted.length : later) - 1
    if (last < 0) return NOTHING
    // The refined frame of the same revision is still to come.
    this.#noted.splice(0, last)
    return this.#noted[0]!.covers
  }
}
