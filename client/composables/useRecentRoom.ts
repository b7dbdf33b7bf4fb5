/**
 * Notes the room that is open among this device's recent ones: when it is entered, when it is first seen in color, every minute, when it is
 * hidden and when it is left.
 */
import { onScopeDispose, watch } from 'vue'
import type { Frames } from '../canvas/frames.ts'
import type { LineArt } from '../canvas/lineArt.ts'
import { drawThumbnail } from '../canvas/thumbnail.ts'
import type { RoomConnection } from '../connection.ts'
import { rememberRoom } from '../keyring.ts'
import { recentRooms } from '../recent/recentRooms.ts'
import { useRoom } from '../stores/room.ts'

const EVERY_MS = 60_000

export function useRecentRoom(connection: RoomConnection) {
  const room = useRoom()
  const recent = recentRooms()
  const { page } = connection.session
  let drawn: { art: LineArt; frames: Frames } | undefined
  rememberRoom(connection.room, { entrance: room.key })

  async function note(): Promise<void> {
    const { title, me } = room
    const at = Date.now()
    // Drawn before anything is waited for: the page may be closed next.
    const drawing = drawn && drawThumbnail(drawn.art, drawn.frames)
    const picture = await drawing?.catch(() => undefined)
    // Who was put out has no such room.
    if (room.phase.state === 'refused') return
    await recent.note({
      room: connection.room,
      title: title || page.title,
      role: me?.role ?? connection.session.role,
      at,
      page: { width: page.width, height: page.height },
      ...(picture && { picture }),
    })
  }

  const hidden = () => {
    if (document.hidden) void note()
  }
  const stop = watch(
    () => room.freshness,
    (freshness) => {
      if (!drawn || freshness !== 'refined') return
      stop()
      void note()
    },
  )
  const timer = setInterval(() => void note(), EVERY_MS)
  document.addEventListener('visibilitychange', hidden)
  onScopeDispose(() => {
    stop()
    clearInterval(timer)
    document.removeEventListener('visibilitychange', hidden)
    void note()
  })
  void note()

  return {
    /** From now on there is a page to draw. */
    begin(art: LineArt, frames: Frames): void {
      drawn = { art, frames }
    },
  }
}
