/**
 * Keeps a copy of the room on this device (own/roomCopies.ts): when its picture is there, when the page is put aside, and when the
 * connection is lost. Lives as long as the component that calls it.
 */
import { onScopeDispose, watch } from 'vue'
import * as Y from 'yjs'
import { drawLayers, type Picture } from '../canvas/frames.ts'
import type { RoomConnection } from '../connection.ts'
import { roomCopies, type RoomCopy } from '../own/roomCopies.ts'
import { useRoom } from '../stores/room.ts'

/** The long side of the kept picture, at most. */
const SIDE = 1024

export function useRoomCopy(
  connection: RoomConnection,
  { lineArt, picture }: { lineArt: () => Blob | undefined; picture: () => Picture | undefined },
) {
  const room = useRoom()
  const copies = roomCopies()

  /** Whoever was put out takes nothing along. */
  const isOver = () => room.phase.state === 'refused'

  async function keep(): Promise<void> {
    const png = lineArt()
    if (!png || !connection.isSynced || isOver()) return
    const { token: _token, ...session } = connection.session
    const state = Y.encodeStateAsUpdate(connection.doc)
    const kept = await encode(picture(), connection.session.page)
    if (isOver()) return
    await copies.put(connection.room, { session, state, lineArt: png, ...(kept && { picture: kept }) })
  }

  const putAside = () => document.hidden && void keep()
  document.addEventListener('visibilitychange', putAside)
  const stop = connection.on('saving', (state) => state === 'offline' && void keep())
  // The first picture of everything; what comes later comes with one of the others.
  const stopWaiting = watch(
    () => room.freshness,
    (freshness) => {
      if (freshness !== 'refined') return
      stopWaiting()
      void keep()
    },
  )
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', putAside)
    stop()
    void keep()
  })
}

async function encode(
  picture: Picture | undefined,
  page: { width: number; height: number },
): Promise<RoomCopy['picture']> {
  if (!picture) return undefined
  const scale = Math.min(1, SIDE / Math.max(page.width, page.height))
  const size = { width: Math.ceil(page.width * scale), height: Math.ceil(page.height * scale) }
  const canvas = new OffscreenCanvas(size.width, size.height)
  drawLayers(canvas.getContext('2d')!, picture.layers, size)
  const { revision, stage, covers } = picture
  const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.92 })
  const header = { revision, stage, covers, ...size, ms: 0, engine: '' }
  return { header, bytes: new Uint8Array(await blob.arrayBuffer()) }
}
