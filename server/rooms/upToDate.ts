/**
 * Keeps an open room at what other servers have stored of it: its log by number, everything else by how often it was changed. A message
 * on the bus says that there is something; who missed it is told by the next look at the store.
 */
import type { Bus } from '../cluster/bus.ts'
import type { Head, Store } from '../storage/store.ts'

export type UpToDate = ReturnType<typeof keepUpToDate>

export type UpToDateOptions = {
  room: string
  store: Pick<Store, 'heads'>
  bus: Bus
  /** How far it was when it was read. */
  head: Head
  document: { known(): number; catchUp(): Promise<void> }
  /** Reads again what is not in the log. */
  readRecords(): Promise<void>
  /** There was something, and what made one look. */
  onCatchUp(reason: 'news' | 'poll' | 'look'): void
  /** It is not in the store any more. */
  onGone(): void
  /** It could not be read; the next look tries again. */
  onFailure(error: unknown): void
}

export function keepUpToDate(options: UpToDateOptions) {
  const { room, store, bus, document, readRecords, onCatchUp, onGone, onFailure } = options
  let { changes } = options.head
  const stop = bus.listen(room, 'news', ({ seq }) => {
    // An append says how far it went; of everything else one looks.
    if (seq === undefined) background(look())
    else if (seq > document.known()) {
      onCatchUp('news')
      background(document.catchUp())
    }
  })

  async function look(): Promise<void> {
    const head = (await store.heads([room])).get(room)
    if (head) await reach(head, 'look')
    else onGone()
  }

  async function reach(head: Head, reason: 'poll' | 'look'): Promise<void> {
    const reading: Promise<void>[] = []
    if (head.seq > document.known()) {
      onCatchUp(reason)
      reading.push(document.catchUp())
    }
    if (head.changes !== changes) reading.push(readRecords().then(() => void (changes = head.changes)))
    await Promise.all(reading)
  }

  const background = (work: Promise<void>) => void work.catch(onFailure)

  return {
    /** Resolves when everything that was stored by now is here; rejects when the store cannot be read. */
    look,
    /** What a look at many rooms found of this one. */
    found(head: Head | undefined): void {
      if (head) background(reach(head, 'poll'))
      else onGone()
    },
    /** Others are to look: the log has an entry of this number, or something else was changed. */
    tell: (seq?: number) => bus.tell(room, 'news', seq === undefined ? {} : { seq }),
    stop,
  }
}
