import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  connectRaw,
  connectSocket,
  createRoom,
  enter,
  startServer,
  type TestRoom,
  type TestServer,
} from '../server/app.fixture.ts'
import { campaign, campaignMs, corpus } from './campaign.fixture.ts'

let server: TestServer
let room: TestRoom
beforeAll(async () => {
  const much = '1000000'
  server = await startServer({ NURIE_LIMIT_CONNECTS: much, NURIE_LIMIT_MESSAGES: much })
  room = await createRoom(server)
})
afterAll(() => server.end())

async function join() {
  const session = await enter(server, room)
  const client = connectSocket(server, session)
  await client.until('welcome')
  return { ...client, session }
}

/** Two others in the room still hear each other. */
async function goesOn(): Promise<void> {
  const [bob, cat] = [await join(), await join()]
  const x = Math.random()
  bob.socket.emit('cursor', { x, y: 1 })
  await cat.until('cursor', (cursor) => cursor.x === x)
  bob.close()
  cat.close()
}

const event = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('cursor', 'live', 'view', 'ping', 'follow', 'sight', 'spotlight') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'welcome',
      'frame',
      'disconnect',
      'connect',
      'error',
      '__proto__',
      'constructor',
      '',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 10 }) },
)
const field = fc.oneof(
  fc.anything({ maxDepth: 1 }),
  fc.constantFrom<unknown>('s', 0, 1, 1e308, -1, NaN, true, null),
)
const like = fc.record(
  {
    x: field,
    y: field,
    tool: fc.oneof(field, fc.constantFrom('brush', 'erase', 'fill')),
    stroke: field,
    seq: field,
    color: field,
    width: field,
    swatch: field,
    points: fc.oneof(
      field,
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    ),
    end: field,
    visible: field,
    __proto__: field,
  },
  { requiredKeys: [] },
)
const argument = fc.oneof(
  like,
  fc.anything({ maxDepth: 3, withTypedArray: true, withNullPrototype: true, withObjectString: true }),
  fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
)

it(
  'Z4 socket.io events: any payloads, arities and acks cost notices only',
  async () => {
    const ann = await join()
    const emit = ann.socket.emit.bind(ann.socket) as (name: string, ...args: unknown[]) => void
    const call = fc.tuple(event, fc.array(argument, { maxLength: 3 }), fc.boolean())
    let sent = 0
    await campaign(200, fc.array(call, { minLength: 1, maxLength: 5 }), async (calls) => {
      for (const [name, args, withAck] of calls) {
        try {
          emit(name, ...args, ...(withAck ? [() => {}] : []))
        } catch {
          continue // What the stock client itself will not send.
        }
      }
      sent += calls.length
      if (sent % 50 < 5) await goesOn()
      expect(ann.socket.connected).toBe(true)
    })
    await goesOn()
    expect(ann.count('notice')).toBeGreaterThan(0)
    ann.close()
  },
  campaignMs,
)

/** Says raw packets on a connection of its own until the server hangs up or has answered a ping of the others. */
async function say(packets: readonly (string | Uint8Array)[], entersFirst: boolean): Promise<void> {
  const session = await enter(server, room)
  const { socket, opened } = connectRaw(`${server.url}/socket.io/?EIO=4&transport=websocket`, [])
  await opened
  if (entersFirst) socket.send(`40${JSON.stringify({ room: room.room, token: session.token })}`)
  for (const packet of packets) socket.send(packet)
  await goesOn()
  socket.terminate()
}

it('Z4 socket.io packets: every case of the corpus', async () => {
  for (const { bytes } of corpus('sockets')) {
    const packets = JSON.parse(Buffer.from(bytes).toString()) as string[]
    for (const entersFirst of [true, false]) await say(packets, entersFirst)
  }
})

it(
  'Z4 socket.io packets: whatever is said below the events, the others go on',
  async () => {
    const json = fc.json({ maxDepth: 3 })
    const packet = fc.oneof(
      json.map((text) => `42${text}`),
      fc.tuple(event, json).map(([name, text]) => `42[${JSON.stringify(name)},${text}]`),
      fc.tuple(event, json, fc.nat(9)).map(([name, text, id]) => `42${id}[${JSON.stringify(name)},${text}]`),
      fc
        .tuple(fc.nat(12), event, fc.integer())
        .map(([count, name, num]) => `45${count}-["${name}",{"_placeholder":true,"num":${num}}]`),
      json.map((text) => `40${text}`),
      fc.string({ maxLength: 8 }).map((text) => `40/${text},`),
      fc.constantFrom(
        '1',
        '2',
        '3',
        '41',
        '43[]',
        '430["x"]',
        '44{}',
        '46',
        '6',
        '4',
        '',
        '42',
        '45-',
        '451-',
        '2probe',
      ),
      fc.string({ maxLength: 30 }),
      fc.uint8Array({ maxLength: 30 }),
    )
    await campaign(60, fc.tuple(fc.array(packet, { maxLength: 8 }), fc.boolean()), ([packets, enters]) =>
      say(packets, enters),
    )
  },
  campaignMs,
)
