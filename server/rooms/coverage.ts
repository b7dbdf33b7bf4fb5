/**
 * What was painted at each revision, so that a frame can say what of it it shows. Frames come a while after their revisions and
 * in order; what is older than the last one is forgotten. Never claims too much: a revision it no longer knows covers nothing
 * but what the page was opened with.
 */
import type { Covers } from '../../shared/protocol.ts'

/** Revisions remembered while no frame comes: some seconds of a full room that draws. */
const REMEMBERED = 2_000
const NOTHING: Covers = { clock: {}, live: {}, lifted: [] }

/** `at`: when the revision was noted (performance.now()), if it still is known. */
export type Noted = { covers: Covers; at?: number }

export class Coverage {
  readonly #noted: { revision: number; covers: Covers; at: number }[] = []

  /** `covers` is kept, not copied; revisions grow. */
  note(revision: number, covers: Covers): void {
    this.#noted.push({ revision, covers, at: performance.now() })
    if (this.#noted.length > REMEMBERED) this.#noted.shift()
  }

  /** What a frame of this revision shows. */
  of(revision: number): Noted {
    const later = this.#noted.findIndex((noted) => noted.revision > revision)
    const last = (later === -1 ? this.#noted.length : later) - 1
    if (last < 0) return { covers: NOTHING }
    // The refined frame of the same revision is still to come.
    this.#noted.splice(0, last)
    const { covers, at } = this.#noted[0]!
    return { covers, at }
  }
}
