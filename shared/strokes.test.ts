import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { seeded } from './golden.fixture.ts'
import { limits } from './limits.ts'
import { HintRaster } from './raster.ts'
import {
  addStroke,
  packStroke,
  paletteOf,
  parseStroke,
  readStrokes,
  removeStrokes,
  StrokeReader,
  strokesOf,
} from './strokes.ts'

const packed = (id: string, more: Record<string, unknown> = {}) => ({
  ...packStroke({ id, by: 'g', tool: 'brush', color: 0x123456, width: 40, points: [8, 8, 255, 80, 80, 200] }),
  ...more,
})

describe('stroke document', () => {
  it('reads back what was added, in order', () => {
    const doc = new Y.Doc()
    addStroke(doc, packed('a'))
    addStroke(doc, packed('b'))
    expect(readStrokes(doc)).toEqual([
      {
        id: 'a',
        by: 'g',
        tool: 'brush',
        color: 0x123456,
        width: 40,
        points: Int32Array.of(8, 8, 255, 80, 80, 200),
      },
      expect.objectContaining({ id: 'b' }),
    ])
    removeStrokes(doc, new Set(['a', 'none']))
    expect(readStrokes(doc).map((stroke) => stroke.id)).toEqual(['b'])
  })

  it('H1 readStrokes never throws, on any document', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.jsonValue(), fc.uint8Array(), strokeLike)), (values) => {
        const doc = new Y.Doc()
        // Objects without a prototype cannot be pushed, but arrive over the wire: as their JSON.
        strokesOf(doc).push([
          ...values.map(plain),
          new Y.Map(),
          new Y.Array(),
          new Y.Text('x'),
          packed('good'),
        ])
        paletteOf(doc).set('hair', new Y.Map())
        expect(readStrokes(doc).at(-1)?.id).toBe('good')
      }),
    )
  })

  it.each([
    ['a foreign key', { extra: 1 }],
    ['a color over 24 bits', { color: 0x1000000 }],
    ['a fractional width', { width: 1.5 }],
    ['no width', { width: 0 }],
    ['an unknown tool', { tool: 'spray' }],
    ['a long id', { id: 'x'.repeat(limits.idLength + 1) }],
    ['points that are no bytes', { points: [1, 2, 3] }],
    ['an own __proto__ key', JSON.parse('{"__proto__": {"isAdmin": true}}') as object],
    ['a fill of two points', { tool: 'fill' }],
  ])('refuses a stroke with %s', (_, change) => {
    expect(parseStroke(packed('a'))).not.toBeNull()
    const entries = [...Object.entries(packed('a')), ...Object.entries(change)]
    const value = Object.create(null) as Record<string, unknown>
    for (const [key, field] of entries)
      Object.defineProperty(value, key, { value: field, enumerable: true, configurable: true })
    expect(parseStroke(value)).toBeNull()
  })

  it('gives a stroke its swatch, follows the swatch, and keeps the identity of the others', () => {
    const doc = new Y.Doc()
    const reader = new StrokeReader(doc)
    addStroke(doc, packed('a', { swatch: 'hair' }))
    addStroke(doc, packed('b'))
    const before = reader.read()
    expect(before.map((stroke) => stroke.color)).toEqual([0x123456, 0x123456])
    paletteOf(doc).set('hair', { name: 'Hair', color: 0x00ff00 })
    const after = reader.read()
    expect(after.map((stroke) => stroke.color)).toEqual([0x00ff00, 0x123456])
    expect(after[0]).not.toBe(before[0])
    expect(after[1]).toBe(before[1])
    expect(reader.read()[0]).toBe(after[0])
    paletteOf(doc).delete('hair')
    expect(reader.read()[0]!.color).toBe(0x123456)
  })

  it('a reader gives what a fresh reading gives, after every kind of change', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seeded(seed)
        const [doc, other] = [new Y.Doc(), new Y.Doc()]
        const reader = new StrokeReader(doc)
        const meet = (from: Y.Doc, to: Y.Doc) =>
          Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)))
        for (let step = 0; step < 60; step++) {
          const at = [doc, other][random(2)]!
          const strokes = strokesOf(at)
          const fresh = () => packed(`${step}-${random(1000)}`, random(3) === 0 ? { swatch: 'hair' } : {})
          switch (random(8)) {
            case 0:
              if (strokes.length > 0) strokes.delete(random(strokes.length), 1)
              break
            case 1:
              strokes.insert(random(strokes.length + 1), [fresh(), 'no stroke'])
              break
            case 2:
              paletteOf(at).set('hair', { name: 'Hair', color: random(0xffffff) })
              break
            case 3:
              at.transact(() => {
                strokes.push([fresh()])
                strokes.push([fresh(), null, fresh()])
                if (random(3) === 0) strokes.delete(strokes.length - 1, 1)
              })
              break
            case 4:
              meet(other, doc)
              meet(doc, other)
              break
            default:
              strokes.push([fresh()])
          }
          const before = reader.read()
          expect(before).toEqual(readStrokes(doc))
          expect(reader.read()).toBe(before)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('replicas with random edits and random delivery converge to the same raster', () => {
    fc.assert(fc.property(fc.nat(), converge), { numRuns: 60 })
  })
})

const plain = (value: unknown) =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null ? { ...value } : value

const strokeLike = fc.record(
  {
    id: fc.oneof(fc.string(), fc.integer()),
    by: fc.string(),
    tool: fc.constantFrom('brush', 'erase', 'fill', 'other'),
    color: fc.oneof(fc.integer(), fc.double()),
    width: fc.oneof(fc.integer(), fc.string()),
    points: fc.oneof(fc.uint8Array(), fc.string()),
  },
  { requiredKeys: [] },
)

/** Three replicas, updates delivered late, out of order and twice; at the end everything is delivered. */
function converge(seed: number): void {
  const random = seeded(seed)
  const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()]
  const mail: Uint8Array[][] = [[], [], []]
  docs.forEach((doc, from) => {
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'mail') mail.forEach((box, to) => to !== from && box.push(update))
    })
  })
  for (let step = 0; step < 40; step++) {
    const who = random(3)
    const doc = docs[who]!
    const strokes = strokesOf(doc)
    const action = random(4)
    if (action < 2) {
      const points = [random(800), random(600), 255, random(800), random(600), random(256)]
      const tool = random(4) === 0 ? 'erase' : 'brush'
      addStroke(
        doc,
        packStroke({ id: `${who}-${step}`, by: `${who}`, tool, color: random(0xffffff), width: 40, points }),
      )
    } else if (action === 2 && strokes.length > 0) {
      strokes.delete(random(strokes.length), 1)
    } else {
      const box = mail[who]!
      const at = random(box.length)
      const update = box[at]
      if (update) Y.applyUpdate(doc, update, 'mail')
      if (update && random(5) > 0) box.splice(at, 1)
    }
  }
  docs.forEach((doc, who) => mail[who]!.toReversed().forEach((update) => Y.applyUpdate(doc, update, 'mail')))
  const rasters = docs.map((doc) => {
    const size = { width: 100, height: 75 }
    const raster = new HintRaster({ page: size, size, ink: new Uint8Array(7500) })
    raster.update(readStrokes(doc))
    return raster.pixels
  })
  expect(rasters[1]).toEqual(rasters[0])
  expect(rasters[2]).toEqual(rasters[0])
}
