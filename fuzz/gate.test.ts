import fc from 'fast-check'
import {
  createEncoder,
  toUint8Array,
  writeUint8Array,
  writeVarString,
  writeVarUint,
  type Encoder,
} from 'lib0/encoding'
import { writeAny } from 'lib0/encoding'
import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { packStroke, readStrokes } from '../shared/strokes.ts'
import { judge, type Sender } from '../server/rooms/gate.ts'
import { campaign, campaignMs, corpus, keeping, mutated } from './campaign.fixture.ts'

const limits = { strokes: 50, points: 20 }
const senders: Sender[] = [
  { guest: 'ann', role: 'edit' },
  { guest: 'bob', role: 'edit' },
  { guest: 'eve', role: 'view' },
]
const stroke = (id: string, by: string) =>
  packStroke({ id, by, tool: 'brush', color: 1, width: 8, points: [9, 9, 9, 8, 8, 8] })

const bare = () => {
  const doc = new Y.Doc()
  doc.getArray('strokes')
  for (const name of ['page', 'palette']) doc.getMap(name)
  return doc
}
const copyOf = (update: Uint8Array) => {
  const doc = bare()
  Y.applyUpdate(doc, update)
  return doc
}

/** A room with work of two guests: strokes, a deleted one, settings and a swatch, one of them replaced. */
function room(): Uint8Array {
  const [ann, bob] = [bare(), bare()]
  Object.assign(ann, { clientID: 1 })
  Object.assign(bob, { clientID: 2 })
  ann.getArray('strokes').push([stroke('a', 'ann'), stroke('b', 'ann'), stroke('c', 'ann')])
  ann.getArray('strokes').delete(1, 1)
  ann.getMap('page').set('title', 'one')
  ann.getMap('page').set('title', 'two')
  Y.applyUpdate(bob, Y.encodeStateAsUpdate(ann))
  bob.getArray('strokes').insert(1, [stroke('d', 'bob')])
  bob.getMap('palette').set('sky', { name: 'Sky', color: 255 })
  return Y.encodeStateAsUpdate(bob)
}

const base = room()
const owners = { guestOf: (client: number) => ({ 1: 'ann', 2: 'bob' })[client] }
const copy = () => copyOf(base)

/** What an honest client sends on top of the room. */
function honest(change: (doc: Y.Doc) => void, client = 3): Uint8Array {
  const doc = copy()
  Object.assign(doc, { clientID: client })
  const before = Y.encodeStateVector(doc)
  doc.transact(() => change(doc))
  return Y.encodeStateAsUpdate(doc, before)
}

const captures = [
  base,
  honest((doc) => doc.getArray('strokes').push([stroke('e', 'ann')])),
  honest((doc) => doc.getArray('strokes').insert(1, [stroke('f', 'ann'), stroke('g', 'ann')])),
  honest((doc) => doc.getArray('strokes').delete(0, 1)),
  honest((doc) => doc.getMap('page').set('title', 'three')),
  honest((doc) => {
    doc.getMap('palette').set('sky', { name: 'Sea', color: 9 })
    doc.getMap('palette').delete('sky')
  }),
  honest((doc) => doc.getArray('strokes').push([stroke('h', 'ann')]), 1),
]

/** Never throws; a refusal leaves the document as it was; what is let in leaves nothing pending and nothing foreign. */
function judged(update: Uint8Array, sender: Sender): string {
  const doc = copy()
  const before = Y.encodeStateAsUpdate(doc)
  const judgement = judge(doc, owners, update, sender, limits)
  expect(Buffer.compare(Y.encodeStateAsUpdate(doc), before)).toBe(0)
  if (judgement.verdict !== 'news') return judgement.verdict
  expect(sender.role).not.toBe('view')
  const others = readStrokes(doc).filter(({ by }) => by !== sender.guest)
  Y.applyUpdate(doc, update)
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  expect([...doc.share.keys()].sort()).toEqual(['page', 'palette', 'strokes'])
  const after = readStrokes(doc)
  expect(doc.getArray('strokes').length, 'only strokes').toBe(after.length)
  expect(
    after.filter(({ by }) => by !== sender.guest),
    'others’ work',
  ).toEqual(others)
  const json = JSON.stringify(doc.toJSON())
  // Whoever loads what is stored gets the same room.
  expect(JSON.stringify(copyOf(Y.encodeStateAsUpdate(doc)).toJSON())).toBe(json)
  return 'news'
}

const seen = new Set<string>()
const check = keeping('gate', (update) => {
  for (const sender of senders) seen.add(judged(update, sender))
})

/** Updates by Yjs' own grammar, with numbers and parts no client would write. */
type Write = (encoder: Encoder) => void
const small = fc.oneof(fc.nat(8), fc.constantFrom(0, 1, 2, 3, 2 ** 31, 2 ** 32 - 1, 2 ** 40))
const id = fc.tuple(fc.constantFrom(1, 2, 3, 4, 77), small)
const name = fc.constantFrom('strokes', 'page', 'palette', 'elsewhere', '__proto__', '')
const value = fc.oneof(
  fc.constantFrom<unknown>(
    stroke('x', 'ann'),
    stroke('y', 'bob'),
    { name: 'Sky', color: 1 },
    'x',
    1,
    null,
    undefined,
  ),
  fc.anything({ maxDepth: 3, withBigInt: false }),
)
const content: fc.Arbitrary<{ ref: number; write: Write }> = fc.oneof(
  fc.array(value, { maxLength: 3 }).map((values) => ({
    ref: 8,
    write: (encoder: Encoder) => {
      writeVarUint(encoder, values.length)
      for (const each of values) writeAny(encoder, each as never)
    },
  })),
  small.map((length) => ({ ref: 1, write: (encoder: Encoder) => writeVarUint(encoder, length) })),
  fc.nat(7).map((type) => ({ ref: 7, write: (encoder: Encoder) => writeVarUint(encoder, type) })),
  fc
    .record({ ref: fc.nat(31), bytes: fc.uint8Array({ maxLength: 12 }) })
    .map(({ ref, bytes }) => ({ ref, write: (encoder: Encoder) => writeUint8Array(encoder, bytes) })),
)
const item = fc
  .record({
    left: fc.option(id, { nil: undefined }),
    right: fc.option(id, { nil: undefined }),
    parent: fc.oneof(name, id),
    sub: fc.option(fc.constantFrom('title', 'sky', '__proto__', 'k'), { nil: undefined }),
    content,
  })
  .map(({ left, right, parent, sub, content: { ref, write } }): Write => (encoder) => {
    const bits = (ref & 31) | (left ? 128 : 0) | (right ? 64 : 0) | (sub === undefined ? 0 : 32)
    writeUint8Array(encoder, Uint8Array.of(bits))
    for (const each of [left, right]) each?.forEach((number) => writeVarUint(encoder, number))
    if (!left && !right) {
      writeVarUint(encoder, typeof parent === 'string' ? 1 : 0)
      if (typeof parent === 'string') writeVarString(encoder, parent)
      else parent.forEach((number) => writeVarUint(encoder, number))
      if (sub !== undefined) writeVarString(encoder, sub)
    }
    write(encoder)
  })
const gap = fc.tuple(fc.constantFrom(0, 10), small).map(([bits, length]): Write => (encoder) => {
  writeUint8Array(encoder, Uint8Array.of(bits))
  writeVarUint(encoder, length)
})
const grammar = fc
  .record({
    clients: fc.array(
      fc.record({
        client: fc.constantFrom(1, 2, 3, 77, 2 ** 32),
        clock: small,
        declared: fc.option(small, { nil: undefined }),
        structs: fc.array(fc.oneof({ weight: 5, arbitrary: item }, { weight: 1, arbitrary: gap }), {
          maxLength: 4,
        }),
      }),
      { maxLength: 3 },
    ),
    deletes: fc.array(
      fc.record({
        client: fc.constantFrom(1, 2, 3, 77),
        ranges: fc.array(fc.tuple(small, small), { maxLength: 3 }),
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ clients, deletes }) => {
    const encoder = createEncoder()
    writeVarUint(encoder, clients.length)
    for (const { client, clock, declared, structs } of clients) {
      for (const number of [declared ?? structs.length, client, clock]) writeVarUint(encoder, number)
      for (const write of structs) write(encoder)
    }
    writeVarUint(encoder, deletes.length)
    for (const { client, ranges } of deletes) {
      writeVarUint(encoder, client)
      writeVarUint(encoder, ranges.length)
      for (const range of ranges) for (const number of range) writeVarUint(encoder, number)
    }
    return toUint8Array(encoder)
  })

it('Z2 the gate: every case of the corpus', async () => {
  for (const { bytes } of corpus('gate')) await check(bytes)
})

it(
  'Z2 the gate: mutated captures never throw, change a refused document, stay pending or touch others’ work',
  async () => {
    seen.clear()
    await campaign(600, mutated(captures), check)
    expect([...seen].sort()).toEqual(['gap', 'news', 'nothing', 'refused'])
  },
  campaignMs,
)

it(
  'Z2 the gate: nor do updates made by the grammar of Yjs',
  async () => {
    seen.clear()
    await campaign(1200, grammar, check)
    expect(seen.has('news') && seen.has('refused')).toBe(true)
  },
  campaignMs,
)
