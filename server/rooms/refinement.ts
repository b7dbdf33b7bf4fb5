/** Waits for refined pictures, also of rooms that nobody watches. */
import type { Room } from './room.ts'
import type { Rooms } from './rooms.ts'

export type Refinement = (room: Room, milliseconds: number, revision?: () => number) => Promise<void>

/** Resolves when a room's refined frame is of `revision` or a newer one (the newest there is, when left out), after a while, or when it is ended. */
export function openRefinement(rooms: Pick<Rooms, 'listen'>): Refinement {
  const waiting = new Set<{ room: Room; wake(): void }>()
  const wake = (room: Room) => waiting.forEach((each) => each.room === room && each.wake())
  rooms.listen({ frame: wake, access: wake })
  return (room, milliseconds, revision = () => room.revision()) => {
    const isThere = () => {
      if (room.isEnded()) return true
      if (room.framed('refined') >= revision()) return true
      // Again with every frame: what was drawn since is wanted too, also where nobody watches.
      room.want()
      return false
    }
    if (isThere()) return Promise.resolve()
    return new Promise((resolve) => {
      const entry = { room, wake: () => isThere() && done() }
      const done = () => {
        clearTimeout(timer)
        waiting.delete(entry)
        resolve()
      }
      const timer = setTimeout(done, milliseconds)
      waiting.add(entry)
    })
  }
}
