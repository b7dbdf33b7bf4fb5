/**
 * A bare relay, as a process: y-protocols' sync over ws and nothing else. No gate, no accounts, no storage, no limits: what the wire
 * itself costs. A room is there from its first connection to its last. Tells its parent the port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, length, toUint8Array, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { applyAwarenessUpdate, Awareness } from 'y-protocols/awareness'
import { readSyncMessage, writeSyncStep1, writeUpdate } from 'y-protocols/sync'
import { WebSocketServer, type WebSocket } from 'ws'
import * as Y from 'yjs'
import { endWithParent } from '../../server/child.ts'

const [SYNC, AWARENESS] = [0, 1]

type Room = { doc: Y.Doc; awareness: Awareness; sockets: Set<WebSocket> }
const rooms = new Map<string, Room>()

function openRoom(name: string): Room {
  const doc = new Y.Doc()
  const room: Room = { doc, awareness: new Awareness(doc), sockets: new Set() }
  room.awareness.setLocalState(null)
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    const encoder = createEncoder()
    writeVarUint(encoder, SYNC)
    writeUpdate(encoder, update)
    const message = toUint8Array(encoder)
    for (const socket of room.sockets) if (socket !== origin) socket.send(message)
  })
  rooms.set(name, room)
  return room
}

function enter(socket: WebSocket, name: string): void {
  const room = rooms.get(name) ?? openRoom(name)
  room.sockets.add(socket)
  socket.on('error', () => {})
  socket.on('message', (message: Buffer) => {
    const decoder = createDecoder(message)
    const kind = readVarUint(decoder)
    if (kind === SYNC) {
      const answer = createEncoder()
      writeVarUint(answer, SYNC)
      readSyncMessage(decoder, answer, room.doc, socket)
      if (length(answer) > 1) socket.send(toUint8Array(answer))
    } else if (kind === AWARENESS) {
      const update = readVarUint8Array(decoder)
      applyAwarenessUpdate(room.awareness, update, socket)
      const encoder = createEncoder()
      writeVarUint(encoder, AWARENESS)
      writeVarUint8Array(encoder, update)
      const relayed = toUint8Array(encoder)
      for (const each of room.sockets) each.send(relayed)
    }
  })
  socket.once('close', () => {
    room.sockets.delete(socket)
    if (room.sockets.size > 0) return
    rooms.delete(name)
    room.awareness.destroy()
    room.doc.destroy()
  })
  const encoder = createEncoder()
  writeVarUint(encoder, SYNC)
  writeSyncStep1(encoder, room.doc)
  socket.send(toUint8Array(encoder))
}

endWithParent()
const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket, request) => enter(socket, request.url ?? '/'))
server.listen(0, '127.0.0.1', () => {
  process.send!({ port: (server.address() as AddressInfo).port })
})
