/**
 * How fresh the picture is that can be seen: told by what it covers and by the server's revisions, never by time. Knows strokes by id,
 * pictures by their headers.
 */
import type { Covers, Stage, Status } from '../../shared/protocol.ts'

/**
 * `behind`: something is painted or taken back that the newest picture does not show. `draft`: it shows everything, as a draft.
 * `refined`: it shows everything, refined. `down`: pictures do not come for now. `none`: there is no picture yet.
 */
export type Freshness = 'none' | 'behind' | 'draft' | 'refined' | 'down'

export type Newest = { revision: number; stage: Stage; covers: Covers }

export class FreshnessGauge {
  #newest: Newest | undefined
  #status: Status = { state: 'idle', revision: 0 }
  /** A picture of this revision shows what this person took back. */
  #awaited = 0
  /** Strokes whose pens are down. */
  #isWet = false
  /** Whether the newest picture shows all committed strokes. */
  #isWhole = true

  get freshness(): Freshness {
    if (this.#status.state === 'down') return 'down'
    if (!this.#newest) return 'none'
    const { revision, stage } = this.#newest
    const isComing = this.#status.state !== 'idle' && this.#status.revision > revision
    if (this.#isWet || !this.#isWhole || isComing || revision < this.#awaited) return 'behind'
    return stage
  }

  /** Another picture is the newest, or none is. */
  show(newest: Newest | undefined): void {
    this.#newest = newest
  }

  hear(status: Status): void {
    this.#status = status
  }

  /** What is painted: whether anybody is at it, and whether the newest picture shows all that is committed. */
  paint(isWet: boolean, isWhole: boolean): void {
    this.#isWet = isWet
    this.#isWhole = isWhole
  }

  /** This person took something back: no picture until now shows that. */
  takeBack(): void {
    this.#awaited = Math.max(this.#newest?.revision ?? 0, this.#status.revision) + 1
  }

  /** A new connection: what it tells counts, whatever was known. */
  reset(): void {
    this.#newest = undefined
    this.#awaited = 0
    this.#status = { state: 'idle', revision: 0 }
  }
}
