import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { WebSocketServer } from 'ws'
import type { GuestOptions, LoadGuest } from './guest.ts'
import { openLeanGuest } from './leanGuest.ts'
import { openStockGuest } from './stockGuest.ts'
import { wireOf, type WireName } from './wire.ts'
import { idOf, namesIn, strokeOf } from './workload.ts'

const ROOM = 'room'
let server: WebSocketServer
let heard: Buffer[]
let protocol: WireName

/** A server of an empty document that writes down what it hears. */
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  server.on('connection', (socket) => {
    const wire = wireOf(protocol, ROOM)
    const own = heard
    socket.send(wire.message('step1', Uint8Array.of(0)))
    socket.on('message', (message: Buffer) => {
      own.push(message)
      if (wire.read(message)?.step === 'step1') socket.send(wire.message('step2', Uint8Array.of(0, 0)))
    })
  })
})
afterEach(() => new Promise((resolve) => server.close(resolve)))

async function said(open: (options: GuestOptions) => Promise<LoadGuest>): Promise<string[]> {
  heard = []
  const guest = await open({
    protocol,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    room: ROOM,
    subprotocols: [],
    isPainter: true,
    client: 77,
    onStrokes() {},
    onClosed() {},
  })
  for (let n = 0; n < 3; n++) guest.paint(strokeOf(idOf(1, 2, n), 'ann', n))
  const strokes = () => heard.flatMap((message) => namesIn(message)).map(({ n }) => n)
  await expect.poll(strokes).toEqual([0, 1, 2])
  // The order of what is said first depends on when the other side answers. What is said in leaving is nobody's load.
  const all = heard.map((message) => message.toString('hex')).sort()
  guest.leave()
  return all
}

it.each(['y-websocket', 'hocuspocus'] as const)(
  'a lean guest says byte for byte what the stock client of %s says',
  async (name) => {
    protocol = name
    const stock = await said(openStockGuest)
    expect(await said(openLeanGuest)).toEqual(stock)
    expect(stock.length).toBeGreaterThanOrEqual(6)
  },
)
