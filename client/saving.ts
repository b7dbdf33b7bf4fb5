/**
 * Whether this person's work is on the server's disk. `saved` only when the connection is up and the server's clocks cover
 * every change made on this device, in this visit or an earlier one; otherwise it lies in this browser's own storage.
 */
export const savingStates = ['saved', 'saving', 'offline'] as const
export type SavingState = (typeof savingStates)[number]

export class SavingLedger {
  /** Yjs clients whose changes were made on this device. */
  readonly #mine = new Set<number>()
  readonly #saved = new Map<number, number>()
  #unconfirmedDeletes = false
  online = false

  /** Changes of these Yjs clients were made on this device. */
  own(clients: Iterable<number>): void {
    for (const client of clients) this.#mine.add(client)
  }

  /** An undo deletes without adding anything a clock would count: it is saved with the next confirmation. */
  deleted(): void {
    this.#unconfirmedDeletes = true
  }

  confirm(clock: Readonly<Record<string, number>>): void {
    for (const [client, clockValue] of Object.entries(clock)) {
      this.#saved.set(Number(client), Math.max(clockValue, this.#saved.get(Number(client)) ?? 0))
    }
    this.#unconfirmedDeletes = false
  }

  /** `vector`: per Yjs client, how many of its changes the document holds. */
  state(vector: ReadonlyMap<number, number>): SavingState {
    if (!this.online) return 'offline'
    if (this.#unconfirmedDeletes) return 'saving'
    for (const client of this.#mine) {
      if ((vector.get(client) ?? 0) > (this.#saved.get(client) ?? 0)) return 'saving'
    }
    return 'saved'
  }
}
