import { expect, test } from 'vitest'
import { limits } from './limits.ts'
import { packStroke, type PackedStroke } from './strokes.ts'
import { packStrokes, readStrokesJson, strokesJson } from './strokesJson.ts'

const stroke = (more: Partial<PackedStroke> = {}) => ({
  ...packStroke({
    id: 'a',
    by: 'ann',
    tool: 'brush',
    color: 0xff8800,
    width: 80,
    points: [-8, 16, 255, 12, 20, 9],
  }),
  ...more,
})

test('I2 strokes written as JSON read back the same, byte for byte', () => {
  const strokes = [
    stroke(),
    stroke({ id: 'b', swatch: 'sky' }),
    packStroke({ id: 'c', by: 'ben', tool: 'erase', color: 0, width: 8, points: [0, 0, 0] }),
    packStroke({
      id: 'd',
      by: 'ben',
      tool: 'fill',
      color: 0xffffff,
      width: 0,
      points: [limits.coordinate, -limits.coordinate, 255],
    }),
  ]
  expect(readStrokesJson(JSON.parse(JSON.stringify(strokesJson(strokes, 'room'))))).toEqual(strokes)
})

test('I6 what is not exactly strokes is told: another form, a newer one, beyond the limits', () => {
  const [good] = strokesJson([stroke()]).strokes
  const read = (more: object) => packStrokes([{ ...good, ...more }])
  expect(read({})).toEqual([stroke()])
  for (const more of [
    { id: '' },
    { id: 'x'.repeat(65) },
    { by: 7 },
    { tool: 'laser' },
    { color: 'red' },
    { color: 0xff },
    { width: 0 },
    { width: 1e9 },
    { swatch: null },
    { extra: 1 },
    { points: [] },
    { points: 'x' },
    { points: [[1, 2]] },
    { points: [[1, 2, 0.5]] },
    { points: [null] },
    { tool: 'fill' },
  ])
    expect(read(more), JSON.stringify(more)).toBe('malformed')
  const over = limits.coordinate + 1
  for (const points of [[[over, 0, 1]], [[2 ** 32, 0, 1]], [[1e300, 0, 1]], [[0, 0, 256]], [[0, 0, -1]]])
    expect(read({ points })).toBe('beyond-limits')
  expect(read({ points: Array<number[]>(limits.points + 1).fill([1, 1, 1]) })).toBe('beyond-limits')
  expect(packStrokes([good, good, good], { strokes: 2, points: 2 })).toBe('beyond-limits')
  expect(packStrokes([good], { strokes: 2, points: 1 })).toBe('beyond-limits')
  for (const value of [null, 7, [], {}, { format: 'nurie-strokes' }, { ...strokesJson([]), strokes: {} }])
    expect(readStrokesJson(value)).toBe('malformed')
  expect(readStrokesJson({ ...strokesJson([]), version: 2 })).toBe('newer')
})
