/**
 * A guest that says what the stock client says, byte for byte, and costs a fraction: so that hundreds are carried by the cores that are
 * left beside a server. Who does not draw holds no document: it finds the strokes in the bytes.
 */
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { addStroke } from '../../shared/strokes.ts'
import type { GuestOptions, LoadGuest } from './guest.ts'
import { wireOf } from './wire.ts'
import { namesIn } from './workload.ts'

const LOCAL = 'local'
/** State vector and update of an empty document. */
const EMPTY_VECTOR = Uint8Array.of(0)
const EMPTY_UPDATE = Uint8Array.of(0, 0)

/** Resolves when it has the document. */
export function openLeanGuest(options: GuestOptions): Promise<LoadGuest> {
  const { protocol, url, room, subprotocols, isPainter, onStrokes, onClosed } = options
  const wire = wireOf(protocol, room)
  const doc = isPainter ? new Y.Doc() : undefined
  if (doc && options.client !== undefined) doc.clientID = options.client
  const client = doc?.clientID ?? options.client ?? Math.floor(Math.random() * 2 ** 32)
  const address = protocol === 'hocuspocus' ? url : `${url}/${room}`
  const socket = new WebSocket(address, [...subprotocols], { perMessageDeflate: false })
  let received = 0
  let sent = 0
  let isLeaving = false
  const send = (message: Uint8Array) => {
    sent += message.length
    socket.send(message)
  }
  doc?.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin === LOCAL) send(wire.message('update', update))
  })

  const guest: LoadGuest = {
    client,
    found: 0,
    paint: (stroke) => addStroke(doc!, stroke, LOCAL),
    bytes: () => [received, sent],
    leave() {
      isLeaving = true
      doc?.destroy()
      socket.close()
      setTimeout(() => socket.terminate(), 1000).unref()
    },
  }
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.once('open', () => {
      for (const message of wire.greeting(client, doc ? Y.encodeStateVector(doc) : EMPTY_VECTOR))
        send(message)
    })
    socket.on('message', (message: Buffer) => {
      received += message.length
      const heard = wire.read(message)
      if (!heard) return
      const { step, payload } = heard
      if (step === 'step1')
        return send(wire.message('step2', doc ? Y.encodeStateAsUpdate(doc, payload) : EMPTY_UPDATE))
      if (doc) Y.applyUpdate(doc, payload, 'server')
      const names = namesIn(payload)
      onStrokes(names)
      if (step === 'update') return
      guest.found = names.length
      resolve(guest)
    })
    socket.once('close', (code) => {
      if (!isLeaving) onClosed(code)
      reject(new Error(`closed with ${code}`))
    })
  })
}
