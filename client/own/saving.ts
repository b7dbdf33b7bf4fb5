/**
 * Which of this person's changes are on the server's disk. What a change adds is covered by the server's clocks; what it only
 * deletes no clock counts: that is saved when the server names it (see sender.ts).
 */
import { isWithin, onlyDeletes, type OwnChange } from './ownChange.ts'
import type { Spans } from './spans.ts'

export const savingStates = ['saved', 'saving', 'offline'] as const
export type SavingState = (typeof savingStates)[number]

type Clock = Readonly<Record<string, number>>

const entriesOf = (clock: Clock) => Object.entries(clock).map(([id, end]) => [Number(id), end] as const)

export class SavingLedger {
  readonly #all: () => Iterable<OwnChange>
  readonly #deleted = new WeakSet<OwnChange>()
  #unsaved = new Set<OwnChange>()
  #clocks = new Map<number, number>()

  /** `all`: this person's changes, oldest first. */
  constructor(all: () => Iterable<OwnChange>) {
    this.#all = all
    this.recount()
  }

  /** Oldest first. */
  get unsaved(): ReadonlySet<OwnChange> {
    return this.#unsaved
  }

  /** A new change. */
  note(change: OwnChange): void {
    if (!this.#has(change)) this.#unsaved.add(change)
  }

  /** All changes are looked at again: some may be gone. */
  recount(): void {
    this.#unsaved = new Set([...this.#all()].filter((change) => !this.#has(change)))
  }

  /** More is saved. Gives the changes that are saved now. */
  confirm(clock: Clock): OwnChange[] {
    for (const [client, end] of entriesOf(clock)) {
      this.#clocks.set(client, Math.max(end, this.#clocks.get(client) ?? 0))
    }
    return this.#settle((change) => this.#has(change))
  }

  /** The server's clocks in full: a server that lost something has less than it once confirmed. */
  restart(clock: Clock): OwnChange[] {
    this.#clocks = new Map(entriesOf(clock))
    this.recount()
    return [...this.#all()].filter((change) => this.#has(change))
  }

  /** These deletes are on the server's disk. */
  confirmDeletes(changes: Iterable<OwnChange>): OwnChange[] {
    for (const change of changes) if (onlyDeletes(change)) this.#deleted.add(change)
    return this.#settle((change) => this.#has(change))
  }

  /** All that the server's disk has deleted: of the changes that only delete, those within are saved, and no others. */
  restartDeletes(deleted: Spans): OwnChange[] {
    for (const change of this.#all()) {
      if (!onlyDeletes(change)) continue
      if (change.deletes.every((span) => deleted.covers(span))) this.#deleted.add(change)
      else this.#deleted.delete(change)
    }
    const before = this.#unsaved
    this.recount()
    return [...before].filter((change) => !this.#unsaved.has(change))
  }

  #has(change: OwnChange): boolean {
    return onlyDeletes(change) ? this.#deleted.has(change) : isWithin(change, this.#clocks)
  }

  #settle(isSaved: (change: OwnChange) => boolean): OwnChange[] {
    const saved = [...this.#unsaved].filter(isSaved)
    for (const change of saved) this.#unsaved.delete(change)
    return saved
  }
}
