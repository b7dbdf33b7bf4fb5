/**
 * Whose each Yjs client is: the guest's who first wrote with it, for ever. Yjs client ids are public, so without this anybody
 * could write ahead of somebody who is offline, whose own strokes would then count as known already (clock poisoning).
 *
 * A claim is stored in the commit of the update that makes it. The server's own acts belong to no guest.
 */
import * as Y from 'yjs'
import { openBuckets } from '../bucket.ts'

/** Whom the server's own Yjs client belongs to. */
export const SERVER = ''

/** New Yjs clients an hour a guest (each visit of a page makes one), and all of a room. */
const CLAIMS_PER_HOUR = 20
const CLAIMS = 2_000

export class Claims {
  readonly #guests: Map<number, string>
  readonly #hourly = openBuckets(CLAIMS_PER_HOUR / 3600, CLAIMS_PER_HOUR)

  /** Of a document and the claims stored with it. What was written before claims were stored belongs to its strokes' author. */
  constructor(doc: Y.Doc, stored: ReadonlyMap<number, string>) {
    this.#guests = new Map(stored)
    for (const [client, structs] of doc.store.clients) {
      const author = this.#guests.has(client) ? undefined : authorOf(structs)
      if (author !== undefined) this.#guests.set(client, author)
    }
  }

  guestOf(client: number): string | undefined {
    return this.#guests.get(client)
  }

  /** Another server let a guest write with these: those nobody has are theirs. */
  learn(guest: string, clients: Iterable<number>): void {
    for (const client of clients) if (!this.#guests.has(client)) this.#guests.set(client, guest)
  }

  /** Gives these clients to a guest; false when that is more than is allowed: then nothing changed. */
  claim(guest: string, clients: readonly number[]): boolean {
    if (clients.length === 0) return true
    if (guest !== SERVER) {
      if (this.#guests.size + clients.length > CLAIMS) return false
      if (!this.#hourly.of(guest).take(clients.length)) return false
    }
    for (const client of clients) this.#guests.set(client, guest)
    return true
  }
}

function authorOf(structs: readonly (Y.Item | Y.GC)[]): string | undefined {
  for (const struct of structs) {
    if (!(struct instanceof Y.Item) || struct.parentSub !== null) continue
    const [value] = struct.content.getContent() as ({ by?: unknown } | null | undefined)[]
    if (typeof value?.by === 'string') return value.by
  }
  return undefined
}
