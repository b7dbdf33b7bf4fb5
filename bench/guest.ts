/** A guest made only of stock clients (y-websocket, socket.io-client), as DESIGN 3.3 and 3.4 describe the channels. */
import { io } from 'socket.io-client'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { FrameHeader, Saved } from '../shared/protocol.ts'
import { addStroke, packStroke } from '../shared/strokes.ts'

export type RoomKeys = {
  room: string
  width: number
  height: number
  keys: { host: string; edit: string; view: string }
}

export async function createRoom(
  url: string,
  sample: string,
  more: Record<string, string> = {},
): Promise<RoomKeys> {
  const response = await fetch(`${url}/api/rooms`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...more },
    body: JSON.stringify({ sample }),
  })
  if (!response.ok) throw new Error(`no room: ${await response.text()}`)
  return (await response.json()) as RoomKeys
}

/** `patches`: as Nurie's own page joins. */
export async function joinRoom(url: string, room: string, key: string, { patches = false } = {}) {
  const response = await fetch(`${url}/api/rooms/${room}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key }),
  })
  const session = (await response.json()) as { token: string; guest: { id: string; name: string } }
  const socket = io(url, {
    auth: { room, token: session.token, patches },
    transports: ['websocket'],
    forceNew: true,
  })
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`${url.replace('http', 'ws')}/yjs`, room, doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    protocols: ['nurie', session.token],
    disableBc: true,
  })
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
  let strokes = 0
  /** The id of this guest's nth stroke, from 1. */
  const idOf = (stroke: number) => `${session.guest.id}-${stroke}`
  return {
    ...session,
    socket,
    doc,
    provider,
    idOf,
    /** Commits a brush stroke of `points` (x, y, pressure triples in 1/8 page pixels). */
    paint(points: number[], color: number, width = 8 * 24): string {
      const id = idOf(++strokes)
      addStroke(doc, packStroke({ id, by: session.guest.id, tool: 'brush', color, width, points }))
      return id
    },
    /** The next frame of a stage beyond a revision. */
    frame(stage: FrameHeader['stage'], after: number): Promise<FrameHeader> {
      return new Promise((resolve) => {
        const hear = (header: FrameHeader) => {
          if (header.stage !== stage || header.revision <= after) return
          socket.off('frame', hear)
          resolve(header)
        }
        socket.on('frame', hear)
      })
    },
    /** Resolves when the server says that everything this guest wrote is on disk. */
    saved(): Promise<void> {
      const wanted = Y.getState(doc.store, doc.clientID)
      return new Promise((resolve) => {
        const hear = ({ clock }: Saved) => {
          if ((clock[String(doc.clientID)] ?? 0) < wanted) return
          socket.off('saved', hear)
          resolve()
        }
        socket.on('saved', hear)
      })
    },
    leave() {
      provider.destroy()
      socket.disconnect()
    },
  }
}

export type Guest = Awaited<ReturnType<typeof joinRoom>>
