/**
 * The finished regions of an open room: each keeps the picture it had, whatever is painted, until whoever finished it or a host opens
 * it again. Every change is on disk before it counts, one after the other; then the colorist knows it, and `onChange` hears of it.
 */
import { randomUUID } from 'node:crypto'
import { limits } from '../../shared/limits.ts'
import type { FinishedRegion, Guest } from '../../shared/protocol.ts'
import { Refusal } from '../../shared/refusal.ts'
import type { Coloring } from '../coloring/coloring.ts'
import type { Place } from '../coloring/colorist.ts'
import type { FinishedRecord, Store } from '../storage/store.ts'
import { diskRefusalOf } from '../storage/storeFault.ts'

export type FinishedOptions = {
  room: string
  records: readonly FinishedRecord[]
  store: Pick<Store, 'finished' | 'addFinished' | 'removeFinished'>
  /** Something was stored: others are to read it. */
  onStored(): void
  coloring: Pick<Coloring, 'finish' | 'setFinished'>
  /** Why nothing may be changed now, if so. */
  refuse(): void
  onChange(): void
}

export type FinishedRegions = ReturnType<typeof openFinished>

const regionOf = ({ id, guest, x, y, gap, left, top, at }: FinishedRecord): FinishedRegion => ({
  id,
  by: guest,
  x,
  y,
  gap,
  left,
  top,
  at,
})

export function openFinished({
  room,
  records,
  store,
  coloring,
  refuse,
  onStored,
  onChange,
}: FinishedOptions) {
  let all = records
  let last: Promise<unknown> = Promise.resolve()

  function afterLast<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }

  const inTurn = <T>(work: () => Promise<T>) =>
    afterLast(() => {
      refuse()
      return work()
    })

  function become(next: readonly FinishedRecord[]): void {
    all = next
    coloring.setFinished(room, all)
    onChange()
  }

  const onDisk = <T>(work: Promise<T>) =>
    work.catch((error: unknown) => {
      throw diskRefusalOf(error)
    })

  function recordOf(id: string): FinishedRecord {
    const record = all.find((each) => each.id === id)
    if (!record) throw new Refusal('finished-not-found')
    return record
  }

  return {
    list: (): FinishedRegion[] => all.map(regionOf),
    /** As the store has them now: what is another than here was changed elsewhere. */
    read: (): Promise<void> =>
      afterLast(async () => {
        const stored = await store.finished(room)
        const isSame = stored.length === all.length && stored.every(({ id }, i) => id === all[i]!.id)
        if (!isSame) become(stored)
      }),
    /** As the colorist takes them. */
    patches: () => all,
    picture: (id: string) => recordOf(id).picture,
    flats: (id: string) => recordOf(id).flats,

    /** Rejects with a Refusal where there is nothing to finish, or no colorist to tell how it looks. */
    finish: (guest: Guest, place: Place): Promise<FinishedRegion> =>
      inTurn(async () => {
        if (all.length >= limits.finished) throw new Refusal('too-many-finished')
        const cut = await coloring.finish(room, place).catch(() => {
          throw new Refusal('coloring-down')
        })
        if (typeof cut === 'string') throw new Refusal(cut)
        refuse()
        const record: FinishedRecord = { id: randomUUID(), guest: guest.id, ...place, at: Date.now(), ...cut }
        await onDisk(store.addFinished(room, record))
        onStored()
        become([...all, record])
        return regionOf(record)
      }),

    unlock: (guest: Guest, id: string): Promise<void> =>
      inTurn(async () => {
        if (recordOf(id).guest !== guest.id && guest.role !== 'host') throw new Refusal('finished-by-other')
        await onDisk(store.removeFinished(room, id))
        onStored()
        become(all.filter((each) => each.id !== id))
      }),
  }
}
