import { expect, it } from 'vitest'
import { scaledStrokes } from './scaledStrokes.ts'
import type { Stroke } from './strokes.ts'

const stroke = (more: Partial<Stroke>): Stroke => ({
  id: 'a',
  by: 'b',
  tool: 'brush',
  color: 1,
  width: 80,
  points: Int32Array.of(800, 400, 255, 1601, 0, 12),
  ...more,
})
const small = { width: 400, height: 300 }

it('D3 strokes lie on a drawing of another size where they lay on theirs, as wide and as hard pressed', () => {
  const [brush, fill] = scaledStrokes([stroke({}), stroke({ tool: 'fill', width: 0 })], small, {
    width: 1000,
    height: 750,
  })!
  expect(brush).toEqual(stroke({ width: 200, points: Int32Array.of(2000, 1000, 255, 4003, 0, 12) }))
  expect(fill!.width).toBe(0)
})

it('D3 strokes of the same size are the same, those of another shape none', () => {
  const strokes = [stroke({})]
  expect(scaledStrokes(strokes, small, { ...small })).toBe(strokes)
  expect(scaledStrokes(strokes, small, { width: 1333, height: 1000 })).toBeDefined()
  expect(scaledStrokes(strokes, small, { width: 1300, height: 1000 })).toBeUndefined()
})
