/**
 * What is said about an open room's page: comments at places, and answers to them. Every change is on disk before it counts, one after
 * the other, and makes a version of the list one higher; `onChange` hears of each.
 */
import { randomInt, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { limits } from '../../shared/limits.ts'
import type { CommentChange, Guest, PageComment } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { CommentRecord, Store } from '../storage/store.ts'
import { diskRefusalOf } from '../storage/storeFault.ts'
import { cleanLines } from './guestName.ts'

export type CommentsOptions = {
  room: string
  records: readonly CommentRecord[]
  /** Other servers write to the store too. */
  isShared: boolean
  store: Pick<Store, 'comments' | 'putComment' | 'removeComment'>
  /** Something was stored: others are to read it. */
  onStored(): void
  /** @throws Refusal when nothing can be written. */
  refuse(): void
  onChange(change: CommentChange): void
}

/** A place of the page, or the comment that is answered. */
export type About = { x: number; y: number } | { on: string }

const commentOf = ({ guest, ...rest }: CommentRecord): PageComment => ({ ...rest, by: guest })

export function openComments(options: CommentsOptions) {
  const { room, records, store, isShared, refuse, onStored, onChange } = options
  /** By id, oldest first. */
  const all = new Map(records.map((record) => [record.id, record]))
  // Each server counts by itself: nobody who comes from another one is to take its numbers for a continuation.
  let version = isShared ? randomInt(2 ** 40) : 0
  let last: Promise<unknown> = Promise.resolve()

  function afterLast<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }

  const inTurn = <T>(work: () => Promise<T>) =>
    afterLast(async () => {
      refuse()
      // A comment is written whole: not over what another server made of it meanwhile.
      if (isShared) await onDisk(readStored())
      return work()
    })

  /** What is another than here was changed elsewhere. */
  async function readStored(): Promise<void> {
    const stored = new Map((await store.comments(room)).map((record) => [record.id, record]))
    const removed = [...all.keys()].filter((id) => !stored.has(id))
    for (const id of removed) all.delete(id)
    if (removed.length > 0) onChange({ version: ++version, removed })
    for (const record of stored.values()) {
      if (isDeepStrictEqual(all.get(record.id), record)) continue
      all.set(record.id, record)
      onChange({ version: ++version, changed: commentOf(record) })
    }
  }

  const onDisk = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      throw diskRefusalOf(error)
    })

  function known(id: string): CommentRecord {
    const record = all.get(id)
    if (!record) throw new Refusal('comment-not-found')
    return record
  }

  function readable(text: string): string {
    const clean = cleanLines(text, limits.commentLength, limits.commentLines)
    if (clean === '') throw new Refusal('comment-empty')
    return clean
  }

  async function put(record: CommentRecord): Promise<PageComment> {
    await onDisk(store.putComment(room, record))
    onStored()
    all.set(record.id, record)
    const changed = commentOf(record)
    onChange({ version: ++version, changed })
    return changed
  }

  return {
    /** As the store has them now: what is another than here was changed elsewhere. */
    read: () => afterLast(readStored),

    list: () => ({ version, comments: Array.from(all.values(), commentOf) }),

    write: (guest: Guest, about: About, text: string) =>
      inTurn(async () => {
        const clean = readable(text)
        if (all.size >= limits.comments) throw new Refusal('too-many-comments')
        const thread = 'on' in about ? known(about.on) : undefined
        // An answer to an answer is one to what that answers.
        const on = thread ? (thread.on ?? thread.id) : null
        const { x, y } = 'on' in about ? thread! : about
        const fresh = { edited: false, resolved: false, at: Date.now() }
        return put({ id: randomUUID(), guest: guest.id, on, x, y, text: clean, ...fresh })
      }),

    rewrite: (guest: Guest, id: string, text: string) =>
      inTurn(async () => {
        const record = known(id)
        if (record.guest !== guest.id) throw new Refusal('comment-of-other')
        const clean = readable(text)
        return clean === record.text ? commentOf(record) : put({ ...record, text: clean, edited: true })
      }),

    /** Of an answer it is what it answers that is resolved. */
    resolve: (id: string, resolved: boolean) =>
      inTurn(async () => {
        const said = known(id)
        const record = said.on === null ? said : known(said.on)
        return record.resolved === resolved ? commentOf(record) : put({ ...record, resolved })
      }),

    remove: (guest: Guest, id: string): Promise<void> =>
      inTurn(async () => {
        const record = known(id)
        if (record.guest !== guest.id && guest.role !== 'host') throw new Refusal('comment-of-other')
        await onDisk(store.removeComment(room, id))
        onStored()
        const removed = Array.from(all.values()).flatMap((each) =>
          each.id === id || each.on === id ? [each.id] : [],
        )
        for (const each of removed) all.delete(each)
        onChange({ version: ++version, removed })
      }),
  }
}
