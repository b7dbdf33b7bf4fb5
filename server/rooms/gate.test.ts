import fc from 'fast-check'
import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { packStroke } from '../../shared/strokes.ts'
import { judge, type Sender } from './gate.ts'

const ann: Sender = { guest: 'ann', role: 'edit' }
const bob: Sender = { guest: 'bob', role: 'edit' }
const viewer: Sender = { guest: 'eve', role: 'view' }
const limits = { strokes: 20, points: 10 }
/** No Yjs client belongs to anybody yet. */
const nobodys = { guestOf: () => undefined }

const stroke = (id: string, by = 'ann', count = 2) =>
  packStroke({ id, by, tool: 'brush', color: 1, width: 8, points: new Array(3 * count).fill(9) })

/** The server's document, its roots known. */
function serverDoc(...updates: Uint8Array[]) {
  const doc = new Y.Doc()
  doc.getArray('strokes')
  doc.getMap('page')
  doc.getMap('palette')
  for (const update of updates) Y.applyUpdate(doc, update)
  return doc
}

function made(change: (doc: Y.Doc) => void, from?: Y.Doc) {
  const doc = new Y.Doc()
  if (from) Y.applyUpdate(doc, Y.encodeStateAsUpdate(from))
  const before = Y.encodeStateVector(doc)
  doc.transact(() => change(doc))
  return { doc, update: Y.encodeStateAsUpdate(doc, before), all: Y.encodeStateAsUpdate(doc) }
}

const push = (...values: unknown[]) => made((doc) => doc.getArray('strokes').push(values)).update
const set = (root: string, key: string, value: unknown) =>
  made((doc) => doc.getMap(root).set(key, value)).update
const outcome = (doc: Y.Doc, update: Uint8Array, sender = ann) => {
  const judged = judge(doc, nobodys, update, sender, limits)
  return judged.verdict === 'refused' ? judged.code : judged.verdict
}

describe('what is let in', () => {
  it('G2 strokes, page settings and swatches', () => {
    expect(judge(serverDoc(), nobodys, push(stroke('a'), stroke('b')), ann, limits)).toMatchObject({
      verdict: 'news',
      strokes: ['a', 'b'],
    })
    expect(outcome(serverDoc(), set('page', 'title', 'Two cats'))).toBe('news')
    expect(outcome(serverDoc(), set('page', 'saturation', 0.5))).toBe('news')
    expect(outcome(serverDoc(), set('palette', 'sky', { name: 'Sky', color: 255 }))).toBe('news')
    expect(outcome(serverDoc(), set('palette', 'sky', { name: 'Sky', color: 255, removed: true }))).toBe(
      'news',
    )
  })

  it('G4 what is known already is nothing new, whoever sends it', () => {
    const { all } = made((doc) => {
      doc.getArray('strokes').push([stroke('a'), stroke('b')])
      doc.getArray('strokes').delete(0, 1)
    })
    const doc = serverDoc(all)
    for (const sender of [ann, bob, viewer]) expect(outcome(doc, all, sender)).toBe('nothing')
    expect(outcome(doc, Uint8Array.of(0, 0), viewer)).toBe('nothing')
  })

  it('G3 of a struct known in part only the new part is judged', () => {
    const doc = new Y.Doc()
    doc.getArray('strokes').push([stroke('b1', 'bob')])
    const known = serverDoc(Y.encodeStateAsUpdate(doc))
    doc.getArray('strokes').push([stroke('a1', 'ann')])
    expect(judge(known, nobodys, Y.encodeStateAsUpdate(doc), ann, limits)).toMatchObject({
      verdict: 'news',
      strokes: ['a1'],
    })
    expect(outcome(known, Y.encodeStateAsUpdate(doc), bob)).toBe('forged-author')
  })
})

describe('what is refused', () => {
  it('G2 values that are not exactly what belongs there', () => {
    const values = [1, 'x', null, [], {}, { ...stroke('a'), extra: 1 }, { ...stroke('a'), width: 0.5 }]
    for (const value of values)
      expect(outcome(serverDoc(), push(value))).toMatch(/foreign-content|stroke-refused/)
    expect(outcome(serverDoc(), push(new Uint8Array(3)))).toBe('foreign-content')
    expect(outcome(serverDoc(), push(new Y.Map()))).toBe('foreign-content')
    expect(outcome(serverDoc(), set('page', 'title', { deep: 1 }))).toBe('foreign-content')
    expect(outcome(serverDoc(), set('page', 'title', 'x'.repeat(1000)))).toBe('foreign-content')
    expect(outcome(serverDoc(), set('page', '__proto__', 1))).toBe('foreign-content')
    expect(outcome(serverDoc(), set('page', 'x'.repeat(65), 1))).toBe('foreign-content')
    expect(outcome(serverDoc(), set('palette', 'sky', { name: 'Sky', color: -1 }))).toBe('foreign-content')
    for (const removed of [false, 1, null, 'yes'])
      expect(outcome(serverDoc(), set('palette', 'sky', { name: 'Sky', color: 1, removed }))).toBe(
        'foreign-content',
      )
    expect(outcome(serverDoc(), set('strokes', 'a', stroke('a')))).toBe('foreign-content')
    expect(outcome(serverDoc(), set('elsewhere', 'a', 1))).toBe('foreign-content')
    expect(outcome(serverDoc(), made((doc) => doc.getText('strokes').insert(0, 'x')).update)).toBe(
      'foreign-content',
    )
    expect(outcome(serverDoc(), made((doc) => doc.getArray('page').push([1])).update)).toBe('foreign-content')
  })

  it('G2 a value with a prototype of its own', () => {
    const evil = JSON.parse('{"__proto__": 1}') as object
    Object.defineProperty(evil, '__proto__', { value: stroke('a'), enumerable: true })
    expect(outcome(serverDoc(), push(evil))).not.toBe('news')
  })

  it('G2 page and palette hold a bounded number of entries', () => {
    const fill = (count: number) =>
      made((doc) => {
        for (let i = 0; i < count; i++) doc.getMap('page').set(`k${i}`, i)
      }).update
    expect(outcome(serverDoc(), fill(32))).toBe('news')
    expect(outcome(serverDoc(), fill(33))).toBe('page-full')
    expect(outcome(serverDoc(fill(32)), set('page', 'more', 1))).toBe('page-full')
    expect(outcome(serverDoc(fill(32)), set('page', 'k1', 2))).toBe('news')
  })

  it('G3 a stroke by somebody else', () => {
    expect(outcome(serverDoc(), push(stroke('a', 'ann')), bob)).toBe('forged-author')
    expect(outcome(serverDoc(), push(stroke('a', 'bob'), stroke('b', 'ann')), bob)).toBe('forged-author')
  })

  it('G4 a delete of somebody else’s stroke, also inside a struct of many', () => {
    const doc = serverDoc(push(stroke('a'), stroke('b'), stroke('c')))
    const remove = (index: number) => made((copy) => copy.getArray('strokes').delete(index, 1), doc).update
    for (const index of [0, 1, 2]) {
      expect(outcome(doc, remove(index), ann)).toBe('news')
      expect(outcome(doc, remove(index), bob)).toBe('forged-author')
      expect(outcome(doc, remove(index), viewer)).toBe('viewer-update')
    }
  })

  it('G4 a delete of what does not exist yet waits for nothing', () => {
    const encoder = createEncoder()
    // No structs; one client, one range: clock 5, length 3.
    for (const number of [0, 1, 77, 1, 5, 3]) writeVarUint(encoder, number)
    expect(outcome(serverDoc(), toUint8Array(encoder))).toBe('gap')
  })

  it('G5 anything new from a viewer', () => {
    expect(outcome(serverDoc(), push(stroke('a', 'eve')), viewer)).toBe('viewer-update')
    expect(outcome(serverDoc(), set('page', 'title', 'x'), viewer)).toBe('viewer-update')
  })

  it('G6 points and strokes: n is let in, n + 1 is not', () => {
    expect(outcome(serverDoc(), push(stroke('a', 'ann', 10)))).toBe('news')
    expect(outcome(serverDoc(), push(stroke('a', 'ann', 11)))).toBe('stroke-refused')
    const many = Array.from({ length: 19 }, (_, i) => stroke(`s${i}`))
    const doc = serverDoc(push(...many))
    expect(outcome(doc, push(stroke('x')))).toBe('news')
    expect(outcome(doc, push(stroke('x'), stroke('y')))).toBe('page-full')
  })

  it('G7 gaps, within a client and between clients', () => {
    const { doc, update: first } = made((each) => each.getArray('strokes').push([stroke('a')]))
    const vector = Y.encodeStateVector(doc)
    doc.getArray('strokes').push([stroke('b')])
    const second = Y.encodeStateAsUpdate(doc, vector)
    expect(outcome(serverDoc(), second)).toBe('gap')
    expect(outcome(serverDoc(first), second)).toBe('news')
    const other = made((copy) => copy.getArray('strokes').push([stroke('c')]), doc).update
    expect(outcome(serverDoc(first), other)).toBe('gap')
  })

  it('G2 clock poisoning and count bombs', () => {
    const bytes = (...numbers: number[]) => {
      const encoder = createEncoder()
      for (const number of numbers) writeVarUint(encoder, number)
      return toUint8Array(encoder)
    }
    // One client, one GC struct of length 1000 at clock 0.
    expect(outcome(serverDoc(), bytes(1, 1, 77, 0, 0, 1000, 0))).toBe('malformed-update')
    expect(outcome(serverDoc(), bytes(1, 2 ** 25, 77, 0))).toBe('malformed-update')
    expect(outcome(serverDoc(), bytes(2 ** 25))).toBe('malformed-update')
    expect(outcome(serverDoc(), Uint8Array.of())).toBe('malformed-update')
  })

  it('G2 a value nested so deep that decoding it ends the stack', () => {
    let deep: unknown = 1
    for (let i = 0; i < 5000; i++) deep = [deep]
    expect(outcome(serverDoc(), push(deep))).not.toBe('news')
  })
})

it('G8 mutated updates: judging never throws or changes anything, and nothing let in stays pending', () => {
  const base = serverDoc(push(stroke('a'), stroke('b', 'ann')), set('page', 'title', 'x'))
  const honest = [
    push(stroke('n')),
    made((doc) => doc.getArray('strokes').push([stroke('c')]), base).update,
    made((doc) => doc.getArray('strokes').delete(0, 1), base).update,
    made((doc) => doc.getMap('page').set('title', 'y'), base).update,
    made((doc) => {
      doc.getArray('strokes').insert(1, [stroke('m'), stroke('o')])
      doc.getMap('palette').set('p', { name: 'P', color: 5 })
    }, base).update,
  ]
  const before = Y.encodeStateAsUpdate(base)
  const seen = new Set<string>()
  const byte = fc.record({ at: fc.nat(400), to: fc.nat(255) })
  fc.assert(
    fc.property(
      fc.nat(honest.length - 1),
      fc.array(byte, { maxLength: 4 }),
      fc.nat(60),
      (which, edits, cut) => {
        const update = honest[which]!.slice(0, cut < 50 ? undefined : -(cut - 49))
        for (const { at, to } of edits) if (update.length > 0) update[at % update.length] = to
        const judged = judge(base, nobodys, update, ann, limits)
        seen.add(judged.verdict)
        expect(Buffer.compare(Y.encodeStateAsUpdate(base), before)).toBe(0)
        if (judged.verdict !== 'news') return
        const copy = serverDoc(before)
        Y.applyUpdate(copy, update)
        expect(copy.store.pendingStructs).toBeNull()
        expect(copy.store.pendingDs).toBeNull()
        expect([...copy.share.keys()].sort()).toEqual(['page', 'palette', 'strokes'])
      },
    ),
    { numRuns: 3000 },
  )
  expect([...seen].sort()).toEqual(['gap', 'news', 'nothing', 'refused'])
})
