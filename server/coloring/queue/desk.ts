/**
 * What a worker's colorist knows of rooms: each is told what differs from what it was told before, and everything again when the
 * colorist is another one.
 */
import type { Network } from '../../../models/engines/engine.ts'
import { isNothing, spliceBetween } from '../../../shared/splice.ts'
import type { Stroke } from '../../../shared/strokes.ts'
import type { EncodedPatch, Made } from '../colorist.ts'
import type { Keeper } from '../keeper.ts'

export type Page = { line: Uint8Array; finished: readonly EncodedPatch[]; strokes: readonly Stroke[] }
/** `isRun`: its first run opens the page, which takes longer. */
type Told = { strokes: readonly Stroke[]; finished: readonly EncodedPatch[]; isRun: boolean }

const NOTHING_FINISHED: readonly EncodedPatch[] = []

export type Desk = ReturnType<typeof openDesk>

export function openDesk({ ask, send }: Pick<Keeper, 'ask' | 'send'>) {
  const rooms = new Map<string, Told>()

  function update(id: string, { line, finished, strokes }: Page): Told {
    let told = rooms.get(id)
    if (!told) {
      send({ kind: 'open', room: id, line })
      rooms.set(id, (told = { strokes: [], finished: NOTHING_FINISHED, isRun: false }))
    }
    if (finished !== told.finished && finished.length + told.finished.length > 0)
      send({ kind: 'finished', room: id, patches: finished })
    const splice = spliceBetween(told.strokes, strokes)
    if (!isNothing(splice)) send({ kind: 'strokes', room: id, ...splice })
    return Object.assign(told, { strokes, finished })
  }

  async function run(
    id: string,
    network: Network,
    isWhole: boolean,
    signal?: AbortSignal,
  ): Promise<Made | null> {
    const told = rooms.get(id)
    const how = { isLong: !told?.isRun, ...(signal && { signal }) }
    const job = { kind: 'run', room: id, network, isWhole } as const
    const { made } = await ask('run', (ask) => ({ ...job, id: ask }), how)
    if (told) told.isRun = true
    return made
  }

  return {
    /** Its draft, of the page as it is now. */
    async draft(id: string, page: Page, isWhole: boolean): Promise<Made> {
      update(id, page)
      return (await run(id, 'draft', isWhole))!
    },
    /** Of what its last draft saw; null when it was called off. */
    refine: (id: string, isWhole: boolean, signal: AbortSignal) => run(id, 'refine', isWhole, signal),
    forget(id: string): void {
      if (rooms.delete(id)) send({ kind: 'forget', room: id })
    },
    /** The colorist is another one. */
    forgetAll: () => rooms.clear(),
  }
}
