/**
 * What a host does to the whole page: restore a version, undo a guest's strokes. Each is one change forward by the server, and before
 * it the page is kept as a version: nothing goes that this version does not hold, and restoring it takes the act back.
 */
import type { Room } from '../rooms/room.ts'
import { contentIn, contentOf } from './content.ts'
import { restore } from './restore.ts'
import type { StrokeTimes } from './strokeTimes.ts'
import { openTurns } from './turns.ts'
import { onDisk, type Versions } from './versions.ts'

export function openActs(versions: Versions, timesOf: (room: Room) => Promise<StrokeTimes>) {
  const inTurn = openTurns()
  return {
    /** Gives the version that takes it back. Rejects with a Refusal when there is no such version. */
    restore: (room: Room, host: string, id: string): Promise<{ before: string; strokes: number }> =>
      inTurn(room.id, async () => {
        const { version, snapshot } = await versions.find(room.id, id)
        const kept = await versions.keep(room, { kind: 'before-restore', name: version.name, guest: host })
        const [then, before] = [contentIn(snapshot.bytes), contentIn(kept.snapshot.bytes)]
        await onDisk(room.act((doc) => restore(doc, then, before)))
        return { before: kept.version.id, strokes: then.strokes.length }
      }),

    /** Takes away what a guest painted, since a moment or all of it. Without any such stroke nothing is kept. */
    undo: (
      room: Room,
      host: string,
      guest: string,
      since?: number,
    ): Promise<{ removed: number; before?: string }> =>
      inTurn(room.id, async () => {
        const times = since === undefined ? undefined : await timesOf(room)
        const isMeant = (stroke: { id: string; by: string }) =>
          stroke.by === guest && (since === undefined || (times?.of(stroke) ?? -Infinity) >= since)
        if (!room.strokes().some(isMeant)) return { removed: 0 }
        const kept = await versions.keep(room, { kind: 'before-undo', name: '', guest: host })
        const doomed = new Set(
          contentIn(kept.snapshot.bytes)
            .strokes.filter(isMeant)
            .map(({ id }) => id),
        )
        let removed = 0
        await onDisk(
          room.act((doc) => {
            const now = contentOf(doc)
            const isGoing = (stroke: { id: string; by: string }) =>
              stroke.by === guest && doomed.has(stroke.id)
            const going = now.strokes.filter(isGoing)
            removed = going.length
            restore(
              doc,
              { ...now, strokes: now.strokes.filter((stroke) => !isGoing(stroke)) },
              { strokes: going },
            )
          }),
        )
        return { removed, before: kept.version.id }
      }),
  }
}
