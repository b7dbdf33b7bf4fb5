/**
 * Everything this person did in one room, on this device, oldest first: in memory, and written through to the device store as soon
 * as may be. A failed write is tried again and told (`isFailing`); without a store nothing outlives the page.
 *
 * Shared by all tabs of the room: what another tab adds is here a moment later, and what another tab took out is gone here too.
 * Belongs to the page and outlives connections.
 */
import type { PackedStroke } from '../../shared/strokes.ts'
import type { DeviceStore, KeptChange, News, StrokeAside } from './deviceStore.ts'
import { Emitter } from '../emitter.ts'
import { readChange, type OwnChange } from './ownChange.ts'
import { Spans } from './spans.ts'

type OwnWorkEvents = {
  /** Whether it is kept, or what is set aside, may have changed. */
  changed: []
  /** From another tab. */
  news: [readonly OwnChange[]]
  /** Another tab took out changes that were here: a document that holds them is not to be built upon. */
  gone: []
}

const RETRY_MS = 5_000

export class OwnWork extends Emitter<OwnWorkEvents> {
  readonly #store: DeviceStore | null
  readonly #changes = new Set<OwnChange>()
  readonly #keys = new Map<OwnChange, number>()
  readonly #saved = new WeakSet<OwnChange>()
  /** Will be written in the place of others, not by itself. */
  readonly #replacing = new Set<OwnChange>()
  #aside: readonly StrokeAside[] = []
  /** Writes happen one after the other, in order: what lies on the disk never misses what it builds on. */
  #writes: Promise<unknown> = Promise.resolve()
  #willWrite = false
  /** What the disk did not take, to be done before anything else is. */
  readonly #debts: (() => Promise<unknown>)[] = []
  #retry: ReturnType<typeof setTimeout> | undefined
  #isFailing: boolean

  private constructor(store: DeviceStore | null) {
    super()
    this.#store = store
    this.#isFailing = store === null
    store?.onNews((news) => void this.#hear(news))
  }

  static async open(store: DeviceStore | null): Promise<OwnWork> {
    const work = new OwnWork(store)
    await work.refresh()
    return work
  }

  /** Oldest first: each builds on nothing of this person's that comes later. */
  get changes(): Iterable<OwnChange> {
    return this.#changes
  }

  /** Strokes the server refused; kept until the person decides. */
  get aside(): readonly StrokeAside[] {
    return this.#aside
  }

  /** This browser keeps nothing, or the last write failed. */
  get isFailing(): boolean {
    return this.#isFailing
  }

  /** Whether everything that is not saved lies on this device's disk. */
  get isKept(): boolean {
    return this.#unwritten().every((change) => this.#saved.has(change))
  }

  /** Strokes no server is known to have, set aside or not. */
  unsent(): PackedStroke[] {
    const undone = new Spans([...this.#changes].flatMap(({ deletes }) => deletes))
    const strokes = [...this.#changes]
      .filter((change) => !this.#saved.has(change))
      .flatMap((change) => change.strokes.filter(({ place }) => !undone.covers(place)))
      .map(({ stroke }) => stroke)
    const all = [...strokes, ...this.#aside.map(({ stroke }) => stroke)]
    return [...new Map(all.map((stroke) => [stroke.id, stroke])).values()]
  }

  add(change: OwnChange): void {
    this.#changes.add(change)
    this.#write()
  }

  /**
   * Puts changes in the place of others, at once here, and on the disk if those are still there: of several tabs one does it.
   * The others get false, and have to read again.
   */
  async replace(gone: readonly OwnChange[], come: readonly OwnChange[]): Promise<boolean> {
    return this.#exchange(gone, come, [])
  }

  /** Takes changes that the server will not have out of the way; their strokes wait for the person. */
  async setAside(changes: readonly OwnChange[], why: { code: string; text: string }): Promise<void> {
    const undone = new Spans([...this.#changes].flatMap(({ deletes }) => deletes))
    const strokes = changes
      .flatMap((change) => change.strokes)
      .filter(({ place }) => !undone.covers(place))
      .map(({ stroke }) => ({ stroke, ...why, at: Date.now() }))
    if (!(await this.#exchange(changes, [], strokes))) return this.refresh()
    const ids = new Set(strokes.map(({ stroke }) => stroke.id))
    this.#aside = [...this.#aside.filter(({ stroke }) => !ids.has(stroke.id)), ...strokes]
    this.emit('changed')
  }

  /**
   * Strokes set aside are thrown away, or were just painted again: on the disk they go only after what was added before, and
   * before they can be set aside once more.
   */
  async dropAside(ids: readonly string[]): Promise<void> {
    this.#aside = this.#aside.filter(({ stroke }) => !ids.includes(stroke.id))
    this.emit('changed')
    await this.#inTurn((store) => this.#orOwe(() => store.dropAside(ids)))
  }

  /** The server has these on its disk. */
  markSaved(changes: readonly OwnChange[]): void {
    const news = changes.filter((change) => !this.#saved.has(change))
    for (const change of news) this.#saved.add(change)
    const keys = news.map((change) => this.#keys.get(change)).filter((key) => key !== undefined)
    // Only a hint for later visits; losing it loses nothing.
    if (keys.length > 0) this.#store?.markSaved(keys).catch(() => undefined)
  }

  /** Reads what lies on this device again. A disk that takes nothing is behind what is here: it is not asked. */
  async refresh(): Promise<void> {
    await this.#inTurn(async (store) => {
      if (this.#debts.length > 0) return
      const [kept, aside] = await Promise.all([store.changes(), store.aside()])
      const there = new Set(kept.map(({ key }) => key))
      for (const [change, key] of this.#keys) if (!there.has(key)) this.#forget(change)
      this.#take(kept)
      this.#aside = aside
    })
    this.emit('changed')
  }

  /** Resolves when everything until now is written, or was tried to. */
  async settled(): Promise<void> {
    await this.#writes
  }

  async close(): Promise<void> {
    clearTimeout(this.#retry)
    await this.settled()
    this.clearListeners()
    this.#store?.close()
  }

  async #exchange(
    gone: readonly OwnChange[],
    come: readonly OwnChange[],
    aside: readonly StrokeAside[],
  ): Promise<boolean> {
    for (const change of gone) this.#changes.delete(change)
    for (const change of come) {
      this.#changes.add(change)
      this.#replacing.add(change)
    }
    const given = await this.#inTurn((store) => {
      const keys = gone.map((change) => this.#keys.get(change)).filter((key) => key !== undefined)
      return this.#orOwe(
        () => store.exchange(keys, come, aside),
        // What comes is written with all that is not yet.
        () => store.exchange(keys, [], aside),
      )
    })
    for (const change of come) this.#replacing.delete(change)
    for (const change of given === null ? come : gone) this.#forget(change)
    if (given) come.forEach((change, i) => this.#keys.set(change, given[i]!))
    this.emit('changed')
    return given !== null
  }

  #unwritten(): OwnChange[] {
    return [...this.#changes].filter((change) => !this.#keys.has(change))
  }

  #write(): void {
    if (this.#willWrite) return
    this.#willWrite = true
    void this.#inTurn(async (store) => {
      this.#willWrite = false
      for (; this.#debts.length > 0; this.#debts.shift()) await this.#debts[0]!()
      const waiting = this.#unwritten().filter((change) => !this.#replacing.has(change))
      const keys = waiting.length > 0 ? await store.exchange([], waiting) : []
      waiting.forEach((change, i) => this.#keys.set(change, keys![i]!))
      this.#isFailing = false
      this.emit('changed')
    })
  }

  async #orOwe<Result>(write: () => Promise<Result>, later: () => Promise<unknown> = write): Promise<Result> {
    try {
      if (this.#debts.length > 0) throw new Error('The disk owes what was before.')
      return await write()
    } catch (failure) {
      this.#debts.push(later)
      throw failure
    }
  }

  /** Undefined when there is no disk, or it did not take it. */
  #inTurn<Result>(work: (store: DeviceStore) => Promise<Result>): Promise<Result | undefined> {
    const store = this.#store
    if (!store) return Promise.resolve(undefined)
    const turn = this.#writes
      .then(() => work(store))
      .catch(() => {
        this.#fail()
        clearTimeout(this.#retry)
        this.#retry = setTimeout(() => this.#write(), RETRY_MS)
        return undefined
      })
    this.#writes = turn
    return turn
  }

  #fail(): void {
    this.#isFailing = true
    this.emit('changed')
  }

  #forget(change: OwnChange): void {
    this.#changes.delete(change)
    this.#keys.delete(change)
  }

  #take(kept: readonly KeptChange[]): OwnChange[] {
    const known = new Set(this.#keys.values())
    const taken: OwnChange[] = []
    for (const { key, update, settings, isSaved } of kept) {
      if (known.has(key)) continue
      const change = readChange(update, settings)
      this.#changes.add(change)
      this.#keys.set(change, key)
      if (isSaved) this.#saved.add(change)
      taken.push(change)
    }
    return taken
  }

  async #hear({ come, gone, aside }: News): Promise<void> {
    await this.settled()
    const missing = new Set(gone)
    const lost = [...this.#keys].filter(([, key]) => missing.has(key)).map(([change]) => change)
    for (const change of lost) this.#forget(change)
    const taken = this.#take(come)
    if (taken.length > 0) this.emit('news', taken)
    if (lost.length > 0) this.emit('gone')
    if (aside) await this.refresh()
  }
}
