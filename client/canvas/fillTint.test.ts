import { expect, test } from 'vitest'
import { HintPainter } from './hintPainter.ts'
import { FillTinter } from './fillTint.ts'

const SIDE = 200
const page = { width: SIDE, height: SIDE }

/** A box with a gap of 6 pixels in its right side. */
function boxed(): Uint8Array {
  const grey = new Uint8Array(SIDE * SIDE).fill(255)
  const isEdge = (at: number) => (at >= 40 && at < 44) || (at >= 156 && at < 160)
  for (let y = 40; y < 160; y++) {
    for (let x = 40; x < 160; x++) {
      const isGap = x >= 156 && y >= 100 && y < 106
      if ((isEdge(x) || isEdge(y)) && !isGap) grey[y * SIDE + x] = 0
    }
  }
  return grey
}

const art = { page, grey: boxed() }
const question = { place: { x: 100, y: 100 }, gap: 8, color: 0x336699 }

test('the tint covers exactly what a fill there paints', () => {
  const { rect, pixels } = new FillTinter(art).at(question)!
  const stroke = {
    id: 'a',
    by: 'me',
    tool: 'fill' as const,
    color: 0x336699,
    width: 64,
    points: Int32Array.of(800, 800, 255),
  }
  const patch = new HintPainter(art).paint({ at: 0, remove: 0, insert: [stroke] })!
  const tinted = new Set<number>()
  const columns = rect.right - rect.left
  pixels.forEach((pixel, at) => {
    if (pixel !== 0) tinted.add((Math.floor(at / columns) + rect.top) * SIDE + (at % columns) + rect.left)
  })
  let painted = 0
  const width = patch.rect.right - patch.rect.left
  patch.painted.forEach((pixel, at) => {
    if (pixel === 0) return
    painted++
    expect(
      tinted.has((Math.floor(at / width) + patch.rect.top) * SIDE + (at % width) + patch.rect.left),
    ).toBe(true)
  })
  expect(painted).toBe(tinted.size)
  expect(painted).toBeGreaterThan(10_000)
})

test('with gaps left open it leaks, and that is seen before the press', () => {
  const tinter = new FillTinter(art)
  const closed = tinter.at(question)!
  const open = tinter.at({ ...question, gap: 0 })!
  expect(open.pixels.length).toBeGreaterThan(2 * closed.pixels.length)
})

test('moving within a region says nothing new; another region or color does', () => {
  const tinter = new FillTinter(art)
  expect(tinter.at(question)).toBeDefined()
  expect(tinter.at({ ...question, place: { x: 60, y: 130 } })).toBeUndefined()
  expect(tinter.at({ ...question, color: 1 })).toBeDefined()
  expect(tinter.at({ ...question, place: { x: 10, y: 10 } })).toBeDefined()
})
