/**
 * The known attacks on a Yjs server, each first on stock Yjs (what `Y.applyUpdate` and a bare relay do with it), then on the
 * running server: the attacker is closed with a code, the document stays as it is byte for byte, nobody else notices.
 */
import {
  createEncoder,
  toUint8Array,
  writeAny,
  writeUint8,
  writeVarString,
  writeVarUint,
  writeVarUint8Array,
} from 'lib0/encoding'
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import {
  connectRaw,
  connectSocket,
  connectYjs,
  createRoom,
  enter,
  startServer,
  strokeOf,
  type TestServer,
  type TestSession,
} from '../app.fixture.ts'
import { syncMessage } from './yjsConnection.ts'

let server: TestServer
let victim: TestSession
let attacker: TestSession
/** Somebody with two strokes in the room. */
let painter: ReturnType<typeof connectYjs>
const open: { close(): void }[] = []
const keep = <T extends { close(): void }>(client: T): T => {
  open.push(client)
  return client
}

beforeAll(async () => {
  server = await startServer({ NURIE_LIMIT_FRAME_BYTES: '40000' })
})
afterAll(() => server.end())
beforeEach(async () => {
  const room = await createRoom(server)
  ;[victim, attacker] = await Promise.all([enter(server, room), enter(server, room)])
  painter = keep(connectYjs(server, victim))
  const socket = keep(connectSocket(server, victim))
  await Promise.all([painter.synced(), socket.until('welcome')])
  painter.paint('one', victim.guest.id)
  painter.paint('two', victim.guest.id)
  await socket.until('saved', ({ clock }) => clock[painter.doc.clientID] === 2)
})
afterEach(() => open.splice(0).forEach((client) => client.close()))

const numbers = (...values: number[]) => {
  const encoder = createEncoder()
  for (const value of values) writeVarUint(encoder, value)
  return toUint8Array(encoder)
}
const updateOf = (change: (doc: Y.Doc) => void, base?: Y.Doc) => {
  const doc = new Y.Doc()
  if (base) Y.applyUpdate(doc, Y.encodeStateAsUpdate(base))
  const before = Y.encodeStateVector(doc)
  doc.transact(() => change(doc))
  return Y.encodeStateAsUpdate(doc, before)
}
const push = (...values: unknown[]) => updateOf((doc) => doc.getArray('strokes').push(values))
/** One client's one item, its content written by hand. */
function itemUpdate(client: number, clock: number, root: string, value: unknown, key?: string) {
  const encoder = createEncoder()
  for (const number of [1, 1, client, clock]) writeVarUint(encoder, number)
  writeUint8(encoder, key === undefined ? 8 : 8 | 0x20)
  writeVarUint(encoder, 1)
  writeVarString(encoder, root)
  if (key !== undefined) writeVarString(encoder, key)
  writeVarUint(encoder, 1)
  writeAny(encoder, value as never)
  writeVarUint(encoder, 0)
  return toUint8Array(encoder)
}
const clone = (doc: Y.Doc) => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}
const ids = (doc: Y.Doc) =>
  doc
    .getArray<{ id: string }>('strokes')
    .toArray()
    .map(({ id }) => id)

/** A bare connection that has synced, as the stock client does first. */
async function raw(who: TestSession = attacker) {
  const client = connectRaw(`${server.url}/yjs/${who.room}`, ['nurie', who.token])
  open.push({ close: () => client.socket.terminate() })
  await client.opened
  client.socket.send(syncMessage(0, numbers(0)))
  const step2 = await client.messages.until((message) => message[0] === 0 && message[1] === 1)
  client.socket.send(syncMessage(1, numbers(0, 0)))
  return { ...client, document: payloadOf(step2) }
}
function payloadOf(message: Uint8Array) {
  const decoder = createDecoder(message)
  readVarUint(decoder)
  readVarUint(decoder)
  return readVarUint8Array(decoder)
}

/** Sends messages as the attacker; gives how it was closed. The document must be what it was, and the victim still in. */
async function attack(...messages: Uint8Array[]): Promise<number> {
  const { document: before } = await raw()
  const client = await raw()
  for (const message of messages) client.socket.send(message)
  const code = await client.closed
  const { document: after } = await raw()
  expect(Buffer.compare(after, before), 'the document, byte for byte').toBe(0)
  painter.paint('still here', victim.guest.id)
  await (await raw()).messages.until((message) => Buffer.from(message).includes('still here'))
  expect(painter.provider.wsconnected).toBe(true)
  return code
}

describe('clock poisoning', () => {
  /** Claims everything the victim will write next. */
  const poison = (client: number, from: number) => numbers(1, 1, client, from, 0, 1000, 0)

  it('G9 stock: the strokes of somebody who is offline are gone on both sides, and both believe to be in sync', () => {
    const offline = clone(painter.doc)
    offline.clientID = painter.doc.clientID
    const relay = clone(painter.doc)
    Y.applyUpdate(relay, poison(painter.doc.clientID, 2))
    offline.getArray('strokes').push([strokeOf('three', victim.guest.id)])
    Y.applyUpdate(relay, Y.encodeStateAsUpdate(offline, Y.encodeStateVector(relay)))
    Y.applyUpdate(offline, Y.encodeStateAsUpdate(relay, Y.encodeStateVector(offline)))
    expect(ids(relay)).not.toContain('three')
  })

  it('G9 Nurie: a Yjs client is the guest’s who wrote with it first, and nobody else writes in its name', async () => {
    painter.provider.disconnect()
    painter.paint('three', victim.guest.id)
    const client = painter.doc.clientID
    const forms = [poison(client, 2), itemUpdate(client, 2, 'strokes', strokeOf('x', attacker.guest.id))]
    for (const form of forms) {
      for (const step of [1, 2]) {
        const bad = await raw()
        bad.socket.send(syncMessage(step, form))
        expect(await bad.closed).toBe(4403)
      }
    }
    painter.provider.connect()
    const witness = keep(connectYjs(server, attacker))
    await witness.until(() => witness.ids().includes('three'))
    expect(witness.ids()).toEqual(['one', 'two', 'three'])
  })

  it('G9 over a restart and for another session of the same guest the client stays theirs', async () => {
    const own = await startServer()
    const room = await createRoom(own)
    const [ann, bob] = await Promise.all([enter(own, room), enter(own, room)])
    const a = keep(connectYjs(own, ann))
    const told = keep(connectSocket(own, ann))
    await Promise.all([a.synced(), told.until('welcome')])
    a.paint('first', ann.guest.id)
    await told.until('saved', ({ clock }) => clock[a.doc.clientID] === 1)
    a.close()
    await own.restart()
    const bad = connectRaw(`${own.url}/yjs/${room.room}`, ['nurie', bob.token])
    await bad.opened
    bad.socket.send(syncMessage(2, itemUpdate(a.doc.clientID, 1, 'strokes', strokeOf('x', bob.guest.id))))
    expect(await bad.closed).toBe(4403)
    const again = await enter(own, room, 'edit', { previous: ann.token })
    const back = keep(connectYjs(own, again, a.doc))
    await back.synced()
    back.paint('second', ann.guest.id)
    const witness = keep(connectYjs(own, bob))
    await witness.until(() => witness.ids().includes('second'))
    await own.end()
  })
})

describe('pre-deletes', () => {
  /** Deletes what the victim will write next. */
  const preDelete = (client: number, from: number) => numbers(0, 1, client, 1, from, 100)

  it('G10 stock: what the victim writes later is deleted as it arrives', () => {
    const relay = clone(painter.doc)
    const online = clone(painter.doc)
    online.clientID = painter.doc.clientID
    Y.applyUpdate(relay, preDelete(painter.doc.clientID, 2))
    online.getArray('strokes').push([strokeOf('three', victim.guest.id)])
    Y.applyUpdate(relay, Y.encodeStateAsUpdate(online))
    expect(relay.store.pendingDs).toBeDefined()
    expect(ids(relay)).toEqual(['one', 'two'])
  })

  it('G10 Nurie: refused', async () => {
    expect(await attack(syncMessage(2, preDelete(painter.doc.clientID, 2)))).toBe(4400)
    expect(await attack(syncMessage(1, preDelete(painter.doc.clientID, 2)))).toBe(4400)
  })
})

describe('gap floods', () => {
  const gaps = Array.from({ length: 60 }, (_, i) =>
    itemUpdate(4242, 10 + 2 * i, 'strokes', strokeOf(`${i}`, 'x')),
  )

  it('G11 stock: keeps every one for ever and sends them to everybody', () => {
    const relay = clone(painter.doc)
    const before = Y.encodeStateAsUpdate(relay).length
    for (const gap of gaps) Y.applyUpdate(relay, gap)
    expect(relay.store.pendingStructs).not.toBeNull()
    expect(Y.encodeStateAsUpdate(relay).length).toBeGreaterThan(before + 60 * 30)
  })

  it('G11 Nurie: the first one after the catch-up ends it, and before it none leaves anything', async () => {
    expect(await attack(...gaps.map((gap) => syncMessage(2, gap)))).toBe(4400)
    const { document: before } = await raw()
    const early = connectRaw(`${server.url}/yjs/${attacker.room}`, ['nurie', attacker.token])
    open.push({ close: () => early.socket.terminate() })
    await early.opened
    for (const gap of gaps.slice(0, 50)) early.socket.send(syncMessage(2, gap))
    early.socket.send(syncMessage(0, numbers(0)))
    const answer = await early.messages.until((message) => message[0] === 0 && message[1] === 1)
    expect(Buffer.compare(payloadOf(answer), before)).toBe(0)
    early.socket.send(syncMessage(2, gaps[50]!))
    expect(await early.closed).toBe(4400)
  })

  it('G11 what builds on something of another guest that is not there is no overtaking: refused at once', async () => {
    const encoder = createEncoder()
    for (const number of [1, 1, 4242, 0]) writeVarUint(encoder, number)
    writeUint8(encoder, 8 | 0x80)
    // Its origin: what the victim has not written yet.
    for (const number of [painter.doc.clientID, 7, 1]) writeVarUint(encoder, number)
    writeAny(encoder, strokeOf('x', attacker.guest.id))
    writeVarUint(encoder, 0)
    const client = connectRaw(`${server.url}/yjs/${attacker.room}`, ['nurie', attacker.token])
    open.push({ close: () => client.socket.terminate() })
    await client.opened
    client.socket.send(syncMessage(2, toUint8Array(encoder)))
    expect(await client.closed).toBe(4400)
  })
})

describe('count bombs', () => {
  // Seven bytes that declare millions of structs, of clients, of deletes.
  const bombs = [
    numbers(1, 2 ** 25, 77, 0),
    numbers(2 ** 28),
    numbers(0, 2 ** 28),
    numbers(0, 1, 77, 2 ** 28),
    numbers(1, 1, 77, 0, 0, 2 ** 53 - 1, 0),
  ]

  it('G12 stock: one item declares a clock that no number can hold', () => {
    const relay = clone(painter.doc)
    Y.applyUpdate(relay, bombs[4]!)
    expect(Y.getState(relay.store, 77)).toBe(2 ** 53 - 1)
  })

  it('G12 Nurie: every form is refused', async () => {
    for (const bomb of bombs) expect(await attack(syncMessage(2, bomb))).toBe(4400)
  })
})

describe('nesting', () => {
  /** An array of one, again and again: 24 kB that end the stack of whoever decodes them. */
  const endless = Uint8Array.of(
    ...itemUpdate(77, 0, 'strokes', 1).slice(0, -3),
    ...Array.from({ length: 12_000 }, () => [117, 1]).flat(),
  )
  const nested = (depth: number) => {
    let value: unknown = 1
    for (let i = 0; i < depth; i++) value = [value]
    return value
  }

  it('G13 stock: stores a value of any depth where a stroke belongs; a deeper one throws out of `applyUpdate`', () => {
    const relay = clone(painter.doc)
    Y.applyUpdate(relay, push(nested(500)))
    expect(relay.getArray('strokes').toArray()).toContainEqual(nested(500))
    expect(() => Y.applyUpdate(relay, endless)).toThrow(RangeError)
  })

  it('G13 Nurie: refused at every depth, also where decoding ends the stack', async () => {
    for (const depth of [1, 5, 500, 4000])
      expect(await attack(syncMessage(2, push(nested(depth))))).toBe(4400)
    expect(await attack(syncMessage(2, endless))).toBe(4400)
    expect(await attack(syncMessage(2, itemUpdate(77, 0, 'page', { deep: nested(10) }, 'title')))).toBe(4400)
  })
})

describe('foreign content', () => {
  it('G2 stock: any name makes a root that is never removed, and types nest', () => {
    const relay = clone(painter.doc)
    for (let i = 0; i < 100; i++) Y.applyUpdate(relay, itemUpdate(1000 + i, 0, `root${i}`, 1))
    expect(relay.share.size).toBeGreaterThan(100)
    expect(Y.encodeStateVector(relay).length).toBeGreaterThan(200)
  })

  it('G2 Nurie: other roots, nested types, texts and XML are refused', async () => {
    expect(await attack(syncMessage(2, itemUpdate(77, 0, 'elsewhere', 1)))).toBe(4400)
    expect(await attack(syncMessage(2, push(new Y.Map([['a', 1]]))))).toBe(4400)
    expect(
      await attack(
        syncMessage(
          2,
          updateOf((doc) => doc.getText('strokes').insert(0, 'x')),
        ),
      ),
    ).toBe(4400)
    expect(
      await attack(
        syncMessage(
          2,
          updateOf((doc) => doc.getXmlFragment('strokes').push([new Y.XmlText('x')])),
        ),
      ),
    ).toBe(4400)
    expect(
      await attack(
        syncMessage(
          2,
          updateOf((doc) => doc.getMap('page').set('doc', new Y.Doc())),
        ),
      ),
    ).toBe(4400)
  })

  it('G2 stock: a key `__proto__` gives one object another prototype', () => {
    const relay = clone(painter.doc)
    const evil = JSON.parse('{"id":"x","__proto__":{"isAdmin":true}}') as object
    Y.applyUpdate(relay, itemUpdate(77, 0, 'strokes', evil))
    expect((relay.getArray('strokes').get(0) as { isAdmin?: boolean }).isAdmin).toBe(true)
  })

  it('G2 Nurie: `__proto__` is refused as a key of a stroke, an entry, and a map', async () => {
    const evil = JSON.parse(
      JSON.stringify({ ...strokeOf('x', attacker.guest.id), points: 0 }).replace(
        '{',
        '{"__proto__":{"isAdmin":true},',
      ),
    ) as object
    Object.assign(evil, { points: strokeOf('x', '').points })
    expect(await attack(syncMessage(2, itemUpdate(77, 0, 'strokes', evil)))).toBe(4400)
    const entry = JSON.parse('{"name":"a","color":1,"__proto__":{"b":1}}') as object
    expect(await attack(syncMessage(2, itemUpdate(77, 0, 'palette', entry, 'a')))).toBe(4400)
    expect(await attack(syncMessage(2, itemUpdate(77, 0, 'page', 1, '__proto__')))).toBe(4400)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('G2 stock: an item whose parent is a stroke becomes garbage silently; Nurie refuses it, and malformed bytes', async () => {
    const encoder = createEncoder()
    for (const number of [1, 1, 77, 0]) writeVarUint(encoder, number)
    writeUint8(encoder, 8)
    // Its parent is the item of the first stroke, which is no type.
    for (const number of [0, painter.doc.clientID, 0, 1]) writeVarUint(encoder, number)
    writeAny(encoder, 'x')
    writeVarUint(encoder, 0)
    const orphan = toUint8Array(encoder)
    const relay = clone(painter.doc)
    Y.applyUpdate(relay, orphan)
    expect(relay.store.clients.get(77)![0]).toBeInstanceOf(Y.GC)
    expect(await attack(syncMessage(2, orphan))).toBe(4400)
    for (const bytes of [[], [255], [1, 1, 77], [0], Array.from({ length: 50 }, (_, i) => i)])
      expect(await attack(syncMessage(2, Uint8Array.from(bytes)))).toBe(4400)
  })
})

describe('others’ strokes', () => {
  it('G3 stock: anybody paints in anybody’s name; Nurie: 4403', async () => {
    const forged = push(strokeOf('forged', victim.guest.id))
    const relay = clone(painter.doc)
    Y.applyUpdate(relay, forged)
    expect(ids(relay)).toContain('forged')
    expect(await attack(syncMessage(2, forged))).toBe(4403)
    expect(await attack(syncMessage(1, forged))).toBe(4403)
  })

  it('G4 stock: anybody deletes or replaces anybody’s strokes; Nurie: 4403', async () => {
    const remove = updateOf((doc) => doc.getArray('strokes').delete(0, 1), painter.doc)
    const replace = updateOf((doc) => {
      doc.getArray('strokes').delete(0, 2)
      doc.getArray('strokes').insert(0, [strokeOf('one', attacker.guest.id)])
    }, painter.doc)
    const relay = clone(painter.doc)
    Y.applyUpdate(relay, remove)
    expect(ids(relay)).toEqual(['two'])
    for (const bad of [remove, replace]) {
      expect(await attack(syncMessage(2, bad))).toBe(4403)
      expect(await attack(syncMessage(1, bad))).toBe(4403)
    }
  })

  it('G4 an entry that somebody else set may be set anew, not taken away; one’s own may', async () => {
    painter.doc.getMap('page').set('title', 'Theirs')
    const other = keep(connectYjs(server, attacker))
    await other.until(() => other.doc.getMap('page').get('title') === 'Theirs')
    other.doc.getMap('page').set('saturation', 1)
    other.doc.getMap('page').delete('saturation')
    other.doc.getMap('page').set('title', 'Ours')
    await painter.until(() => painter.doc.getMap('page').get('title') === 'Ours')
    painter.doc.getMap('page').set('title', 'Theirs again')
    await other.until(() => other.doc.getMap('page').get('title') === 'Theirs again')
    expect(other.doc.getMap('page').has('saturation')).toBe(false)
    expect(
      await attack(
        syncMessage(
          2,
          updateOf((doc) => doc.getMap('page').delete('title'), other.doc),
        ),
      ),
    ).toBe(4403)
  })
})
describe('amplification', () => {
  it('Y5 stock: four bytes make the whole document be encoded and sent, as often as one likes', () => {
    const relay = clone(painter.doc)
    const asked = syncMessage(0, numbers(0))
    expect(asked.length).toBe(4)
    expect(Y.encodeStateAsUpdate(relay).length).toBeGreaterThan(20 * asked.length)
  })

  it('Y5 Nurie: a connection asks three times at once, then every five seconds; the fourth is 4529', async () => {
    const ask = syncMessage(0, numbers(0))
    const client = await raw()
    client.socket.send(ask)
    client.socket.send(ask)
    const answers = () => client.messages.all.filter((message) => message[0] === 0 && message[1] === 1).length
    await client.messages.until(() => answers() === 3)
    client.socket.send(ask)
    expect(await client.closed).toBe(4529)
    expect(answers()).toBe(3)
  })

  it('Y5 a state vector longer than an update may be is refused', async () => {
    expect(await attack(syncMessage(0, new Uint8Array(40_001)))).toBe(4413)
  })

  it('Y5 catch-ups are taken at a bounded rate of bytes', async () => {
    const client = await raw()
    // Valid and of no news, as long as may be: the same delete of what is deleted already would do as well.
    const long = syncMessage(1, new Uint8Array(1_900_000))
    for (let i = 0; i < 4; i++) client.socket.send(long)
    expect([4400, 4529]).toContain(await client.closed)
  })
})

describe('oversize', () => {
  it('G6 an update of n bytes is let in, of n + 1 refused with 4413, as a message and within a catch-up', async () => {
    const filler = (bytes: number) => new Uint8Array(bytes)
    expect(await attack(syncMessage(2, filler(40_001)))).toBe(4413)
    expect(await attack(syncMessage(1, filler(2 * 1024 * 1024 + 1)))).toBe(4413)
    expect(await attack(filler(11 * 1024 * 1024))).toBe(4413)
  })
})

describe('awareness', () => {
  it('Y4 stock relays anybody’s state in anybody’s name; Nurie reads and drops it', async () => {
    const client = await raw()
    const encoder = createEncoder()
    writeVarUint(encoder, 1)
    const state = createEncoder()
    for (const number of [1, painter.doc.clientID, 2 ** 40]) writeVarUint(state, number)
    writeVarString(state, 'null')
    writeVarUint8Array(encoder, toUint8Array(state))
    for (let i = 0; i < 50; i++) client.socket.send(toUint8Array(encoder))
    painter.paint('after', victim.guest.id)
    await client.messages.until((message) => Buffer.from(message).includes('after'))
    expect(painter.provider.awareness.getStates().size).toBe(1)
  })
})

describe('client inflation', () => {
  it('G14 a guest brings twenty new Yjs clients an hour, the next is refused', async () => {
    const client = await raw()
    const one = (id: number) =>
      syncMessage(2, itemUpdate(5000 + id, 0, 'strokes', strokeOf(`c${id}`, attacker.guest.id)))
    for (let id = 0; id < 20; id++) client.socket.send(one(id))
    await painter.until(() => painter.ids().length === 22)
    client.socket.send(one(20))
    expect(await client.closed).toBe(4529)
    const other = await raw()
    other.socket.send(
      syncMessage(2, itemUpdate(5000, 1, 'strokes', strokeOf('old client', attacker.guest.id))),
    )
    await painter.until(() => painter.ids().includes('old client'))
    expect(painter.ids()).toHaveLength(23)
  })
})

describe('rooms', () => {
  it('A1 a path makes no room', async () => {
    const bad = connectRaw(`${server.url}/yjs/AAAAAAAAAAAAAAAAAAAAAA`, ['nurie', attacker.token])
    expect(await bad.closed).toBe(4404)
  })
})
