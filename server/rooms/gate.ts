/**
 * The gate every Yjs update passes before `Y.applyUpdate`, which trusts its input. An update is judged whole: let in,
 * recognized as nothing new, or refused; never edited. Judging changes nothing.
 *
 * Let in are: strokes within the limits, by their sender, pushed to `strokes`; short values in `page`; swatches in `palette`;
 * deletes of own strokes, of own map entries and of those the update replaces, of what the update itself brings, and of what is
 * deleted already. Refused are: structs of a Yjs client that is another guest's, gaps (an update that depends on something
 * neither the document nor the update holds), other root or content types, nested types, anything new from a viewer.
 *
 * The attacks this holds against are those of `attacks.test.ts`.
 */
import * as Y from 'yjs'
import { limits as shared } from '../../shared/limits.ts'
import type { RefusalCode, Role } from '../../shared/protocol.ts'
import { pageOf, paletteOf, parseStroke, rootTypes, strokesOf } from '../../shared/strokes.ts'
import type { Claims } from './claims.ts'
import { isEntry, isKey, isPlain, isSetting, PAGE_ENTRIES } from './values.ts'

export type Sender = { guest: string; role: Role }

export type Judgement =
  | { verdict: 'refused'; code: RefusalCode }
  /** It builds on something the sender has not sent (yet). */
  | { verdict: 'gap' }
  | { verdict: 'nothing' }
  /** `strokes`: the ids of the strokes it brings; `clients`: the Yjs clients it changes; `claims`: those nobody had yet. */
  | { verdict: 'news'; strokes: string[]; clients: Set<number>; claims: number[] }

export type GateLimits = { strokes: number; points: number }

type Root = (typeof rootTypes)[number]
type Place = { root: Root; key: string | null }
type Struct = Y.Item | Y.GC | Y.Skip
/** A new struct where it was found to belong, to resolve those that follow it. */
type Placed = { clock: number; end: number; place: Place }

/** Ends the judging with a refusal. */
class Refused extends Error {
  readonly code: RefusalCode
  constructor(code: RefusalCode) {
    super(code)
    this.code = code
  }
}
class Gap extends Error {}

const LARGEST_CLOCK = 2 ** 31

export function judge(
  doc: Y.Doc,
  owners: Pick<Claims, 'guestOf'>,
  update: Uint8Array,
  sender: Sender,
  limits: GateLimits,
): Judgement {
  try {
    return new Judging(doc, owners, sender, limits).judge(update)
  } catch (error) {
    if (error instanceof Refused) return { verdict: 'refused', code: error.code }
    if (error instanceof Gap) return { verdict: 'gap' }
    throw error
  }
}

class Judging {
  readonly #doc: Y.Doc
  readonly #owners: Pick<Claims, 'guestOf'>
  readonly #sender: Sender
  readonly #limits: GateLimits
  readonly #placed = new Map<number, Placed[]>()
  readonly #strokes: string[] = []
  /** Entries of the maps that the update sets; and of them those that are not there yet. */
  readonly #setKeys = new Set<string>()
  readonly #newKeys = new Set<string>()
  readonly #clients = new Set<number>()
  readonly #claims: number[] = []

  constructor(doc: Y.Doc, owners: Pick<Claims, 'guestOf'>, sender: Sender, limits: GateLimits) {
    this.#doc = doc
    this.#owners = owners
    this.#sender = sender
    this.#limits = limits
  }

  judge(update: Uint8Array): Judgement {
    const { structs, ds } = decode(update)
    this.#judgeStructs(structs)
    this.#judgeDeletes(ds)
    if (this.#clients.size === 0) return { verdict: 'nothing' }
    const count = strokesOf(this.#doc).length + this.#strokes.length
    if (this.#strokes.length > 0 && count > this.#limits.strokes) throw new Refused('page-full')
    return { verdict: 'news', strokes: this.#strokes, clients: this.#clients, claims: this.#claims }
  }

  /**
   * Goes through the new structs in an order in which each finds what it builds on, as Yjs will. Whatever cannot be reached
   * so would stay pending in the document for ever.
   */
  #judgeStructs(structs: Struct[]): void {
    const waiting = this.#newByClient(structs)
    for (let progress = true; progress;) {
      progress = false
      for (const [client, queue] of waiting) {
        while (queue.next < queue.structs.length && this.#ready(queue.structs[queue.next]!)) {
          this.#judgeStruct(client, queue.structs[queue.next++]!)
          progress = true
        }
        if (queue.next === queue.structs.length) waiting.delete(client)
      }
    }
    if (waiting.size > 0) throw new Gap()
  }

  /** The structs beyond what the document holds, each client's in the order of its clocks. */
  #newByClient(structs: Struct[]): Map<number, { structs: Struct[]; next: number }> {
    const queues = new Map<number, { structs: Struct[]; next: number }>()
    const ends = new Map<number, number>()
    let last: number | undefined
    for (const struct of structs) {
      const { client, clock } = struct.id
      const end = clock + struct.length
      if (struct.length <= 0 || !(end <= LARGEST_CLOCK)) throw new Refused('malformed-update')
      const expected = ends.get(client)
      // A client's structs come once and without holes, or Yjs itself would read them otherwise than this.
      if (expected !== undefined && (client !== last || clock !== expected))
        throw new Refused('malformed-update')
      ends.set(client, end)
      last = client
      const isKnown = end <= this.#stored(client)
      this.#judgeReferences(struct, isKnown)
      if (isKnown) continue
      if (this.#sender.role === 'view') throw new Refused('viewer-update')
      const queue = queues.get(client)
      if (queue) queue.structs.push(struct)
      else {
        this.#judgeOwner(client)
        queues.set(client, { structs: [struct], next: 0 })
      }
    }
    return queues
  }

  /**
   * Of known structs too: before Yjs passes one over it makes the root type it names, and waits for what it builds on.
   * What is known builds on what is known.
   */
  #judgeReferences(struct: Struct, isKnown: boolean): void {
    if (!(struct instanceof Y.Item)) return
    const ids = [struct.origin, struct.rightOrigin].filter((id) => id !== null)
    const parent = struct.parent as unknown
    if (ids.length === 0 && !rootTypes.some((name) => name === parent)) throw new Refused('foreign-content')
    if (isKnown && ids.some((id) => id.clock >= this.#stored(id.client)))
      throw new Refused('malformed-update')
  }

  /** Before anything is said of gaps: what is ahead in another's name is no honest overtaking. */
  #judgeOwner(client: number): void {
    const owner = this.#owners.guestOf(client)
    if (owner === undefined) this.#claims.push(client)
    else if (owner !== this.#sender.guest) throw new Refused('foreign-client')
  }

  #stored(client: number): number {
    return Y.getState(this.#doc.store, client)
  }

  /** The clock up to which a client's structs are there: stored, or judged already. */
  #have(client: number): number {
    return this.#placed.get(client)?.at(-1)?.end ?? this.#stored(client)
  }

  #ready(struct: Struct): boolean {
    if (struct.id.clock > this.#have(struct.id.client)) throw new Gap()
    if (!(struct instanceof Y.Item)) return true
    const missing = [struct.origin, struct.rightOrigin].filter(
      (id) => id && id.clock >= this.#have(id.client),
    )
    for (const id of missing) this.#judgeMissing(id!.client)
    return missing.length === 0
  }

  /** One's own that is missing may still be under way; what others have, they have from this server. */
  #judgeMissing(client: number): void {
    const owner = this.#owners.guestOf(client)
    if (owner !== undefined && owner !== this.#sender.guest) throw new Refused('malformed-update')
  }

  #judgeStruct(client: number, struct: Struct): void {
    const known = this.#have(client) - struct.id.clock
    if (struct instanceof Y.Skip) throw new Gap()
    // Our document has no nested types, so an honest client never holds a GC struct.
    if (!(struct instanceof Y.Item)) throw new Refused('malformed-update')
    // Of a struct whose beginning is stored, Yjs puts the rest behind what is stored, whatever the struct says.
    const place =
      known > 0 ? this.#placeAt(Y.createID(client, struct.id.clock + known - 1)) : this.#placeOf(struct)
    this.#judgeContent(struct.content, place, known)
    if (place.key !== null) this.#setKeys.add(`${place.root} ${place.key}`)
    const placed = { clock: struct.id.clock, end: struct.id.clock + struct.length, place }
    const before = this.#placed.get(client)
    if (before) before.push(placed)
    else this.#placed.set(client, [placed])
    this.#clients.add(client)
  }

  #placeOf(item: Y.Item): Place {
    const neighbour = item.origin ?? item.rightOrigin
    if (neighbour) return this.#placeAt(neighbour)
    const root = rootTypes.find((name) => name === (item.parent as unknown))
    const key = item.parentSub
    if (!root || (root === 'strokes') !== (key === null)) throw new Refused('foreign-content')
    if (key !== null) this.#judgeKey(root, key)
    return { root, key }
  }

  #judgeKey(root: Root, key: string): void {
    if (!isKey(key)) throw new Refused('foreign-content')
    const map = root === 'page' ? pageOf(this.#doc) : paletteOf(this.#doc)
    const most = root === 'page' ? PAGE_ENTRIES : shared.paletteEntries
    if (map.has(key)) return
    this.#newKeys.add(`${root} ${key}`)
    if (map.size + this.#newKeys.size > most) throw new Refused('page-full')
  }

  /** Yjs takes parent and key of an item from its neighbour. */
  #placeAt(id: Y.ID): Place {
    const placed = this.#placed.get(id.client)
    if (placed && placed[0]!.clock <= id.clock) return placeAmong(placed, id.clock)
    const item = Y.getItem(this.#doc.store, id)
    const place = item instanceof Y.Item ? this.#placeOfStored(item) : undefined
    if (!place) throw new Refused('malformed-update')
    return place
  }

  #placeOfStored(item: Y.Item): Place | undefined {
    const root = rootTypes.find((name) => this.#doc.share.get(name) === item.parent)
    return root && { root, key: item.parentSub }
  }

  #judgeContent(content: Y.Item['content'], place: Place, known: number): void {
    if (content instanceof Y.ContentDeleted) return
    if (!(content instanceof Y.ContentAny)) throw new Refused('foreign-content')
    const values = content.arr.slice(known) as unknown[]
    switch (place.root) {
      case 'strokes':
        for (const value of values) this.#judgeStroke(value)
        break
      case 'page':
        if (content.arr.length !== 1 || !values.every(isSetting)) throw new Refused('foreign-content')
        break
      case 'palette':
        if (content.arr.length !== 1 || !values.every(isEntry)) throw new Refused('foreign-content')
        break
    }
  }

  #judgeStroke(value: unknown): void {
    if (!isPlain(value)) throw new Refused('foreign-content')
    const stroke = parseStroke(value)
    if (!stroke || stroke.points.length > 3 * this.#limits.points) throw new Refused('stroke-refused')
    if (stroke.by !== this.#sender.guest) throw new Refused('forged-author')
    this.#strokes.push(stroke.id)
  }

  /** A catch-up carries its sender's whole delete set: what is deleted already is no news. */
  #judgeDeletes(deletes: ReturnType<typeof decode>['ds']): void {
    for (const [client, ranges] of deletes.clients) {
      const stored = this.#stored(client)
      for (const { clock, len } of ranges) {
        const end = clock + len
        if (!(len > 0) || !(end <= LARGEST_CLOCK)) throw new Refused('malformed-update')
        if (end > this.#have(client)) {
          this.#judgeMissing(client)
          throw new Gap()
        }
        if (clock < stored) this.#judgeDelete(client, clock, Math.min(end, stored))
      }
    }
  }

  #judgeDelete(client: number, from: number, to: number): void {
    const structs = this.#doc.store.clients.get(client)!
    for (let i = Y.findIndexSS(structs, from); i < structs.length; i++) {
      const struct = structs[i]!
      const start = struct.id.clock
      if (start >= to) return
      if (struct.deleted || !(struct instanceof Y.Item)) continue
      if (this.#sender.role === 'view') throw new Refused('viewer-update')
      this.#clients.add(client)
      if (!(struct.content instanceof Y.ContentAny)) continue
      if (struct.parentSub !== null) {
        this.#judgeEntryDelete(struct)
        continue
      }
      const values = struct.content.arr.slice(Math.max(0, from - start), to - start) as { by?: unknown }[]
      if (values.some((value) => value.by !== this.#sender.guest)) throw new Refused('forged-author')
    }
  }

  /** Setting an entry deletes the value before, whoever set that. */
  #judgeEntryDelete(item: Y.Item): void {
    const root = this.#placeOfStored(item)?.root
    const isReplaced = this.#setKeys.has(`${root} ${item.parentSub}`)
    const isOwn = this.#owners.guestOf(item.id.client) === this.#sender.guest
    if (!isReplaced && !isOwn) throw new Refused('forged-author')
  }
}

/** The place of the struct that holds `clock`; they are in order and without holes. */
function placeAmong(placed: Placed[], clock: number): Place {
  let low = 0
  for (let high = placed.length - 1; low < high;) {
    const middle = (low + high) >> 1
    if (placed[middle]!.end <= clock) low = middle + 1
    else high = middle
  }
  return placed[low]!.place
}

function decode(update: Uint8Array) {
  try {
    const decoded = Y.decodeUpdate(update)
    return { structs: decoded.structs as Struct[], ds: decoded.ds }
  } catch {
    // Cut short, declared counts that are not there, nested too deep: whatever it was, it is no update.
    throw new Refused('malformed-update')
  }
}
