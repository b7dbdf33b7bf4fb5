import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { decodeMaking, encodeMaking, type Step } from './making.ts'
import { addStroke, packStroke, paletteOf, removeStrokes, strokesOf } from './strokes.ts'
import { readReel, type Reel } from './reel.ts'

const rest = () => new Promise((resolve) => setTimeout(resolve))
const stroke = (id: string, by: string, swatch?: string) =>
  packStroke({ id, by, tool: 'brush', color: 1, width: 64, points: [80, 80, 255], ...(swatch && { swatch }) })

/** A page that is made while its updates are written down, a second apart. */
function page() {
  const doc = new Y.Doc()
  const steps: Step[] = []
  doc.on('update', (bytes: Uint8Array) => steps.push({ at: 1e12 + 1000 * steps.length, bytes }))
  return { doc, steps }
}
const ids = (reel: Reel, step: number) =>
  reel
    .strokes(step)
    .map(({ id }) => id)
    .join()

it('T11 a reel shows what was there after each step, with what was taken back later', async () => {
  const { doc, steps } = page()
  for (const id of ['a', 'b', 'c']) addStroke(doc, stroke(id, 'ann'))
  removeStrokes(doc, new Set(['b']))
  strokesOf(doc).insert(1, [stroke('d', 'ben')])
  const reel = await readReel(decodeMaking(encodeMaking({ steps })), rest)
  expect(Array.from({ length: reel.length + 1 }, (_, step) => ids(reel, step))).toEqual([
    '',
    'a',
    'a,b',
    'a,b,c',
    'a,c',
    'a,d,c',
  ])
  expect([reel.by(5), reel.by(4), reel.at(0), reel.at(1), reel.at(5)]).toEqual([
    'ben',
    undefined,
    undefined,
    1e12,
    1e12 + 4000,
  ])
  expect([ids(reel, 2), ids(reel, 4), ids(reel, 1)]).toEqual(['a,b', 'a,c', 'a'])
})

it('T11 begins with what was there when the log begins, and strokes that came at once come one by one', async () => {
  const { doc, steps } = page()
  strokesOf(doc).push([stroke('a', 'ann'), stroke('b', 'ann')])
  const base = Y.encodeStateAsUpdate(doc)
  steps.length = 0
  strokesOf(doc).push([stroke('c', 'ann'), stroke('d', 'ann')])
  const reel = await readReel(decodeMaking(encodeMaking({ base, steps })), rest)
  expect(reel.length).toBe(4)
  expect([ids(reel, 3), ids(reel, 4)]).toEqual(['a,b,c', 'a,b,c,d'])
})

it('T11 a swatch that changes recolors its strokes from then on; other settings are no step', async () => {
  const { doc, steps } = page()
  paletteOf(doc).set('s', { name: 'Sky', color: 0x0000ff })
  addStroke(doc, stroke('a', 'ann', 's'))
  addStroke(doc, stroke('b', 'ann'))
  doc.getMap('page').set('title', 'x')
  paletteOf(doc).set('s', { name: 'Sky', color: 0x00ff00 })
  const reel = await readReel(decodeMaking(encodeMaking({ steps })), rest)
  expect(reel.length).toBe(3)
  expect(reel.strokes(2).map(({ color }) => color)).toEqual([0x0000ff, 1])
  expect(reel.strokes(3).map(({ color }) => color)).toEqual([0x00ff00, 1])
  expect(reel.strokes(3)[1]).toBe(reel.strokes(2)[1])
})

it('T11 goes back and forth over thousands of steps', async () => {
  const { doc, steps } = page()
  for (let i = 0; i < 2_000; i++) addStroke(doc, stroke(`s${i}`, 'ann'))
  const reel = await readReel(decodeMaking(encodeMaking({ steps })), rest)
  for (const step of [2_000, 1_999, 127, 128, 129, 0, 1_500]) expect(reel.strokes(step)).toHaveLength(step)
})

it('T11 refuses what is no making', () => {
  expect(() => decodeMaking(Uint8Array.of(9, 9, 9))).toThrow()
  expect(() => decodeMaking(Uint8Array.of(1, 200))).toThrow()
})
