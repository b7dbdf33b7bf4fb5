import { expect, test } from 'vitest'
import { HintRaster } from '../../shared/raster.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { StrokePieces } from './strokePieces.ts'

const size = { width: 128, height: 128 }
const wave = (count: number) =>
  Array.from({ length: count }, (_, i) => [
    8 * Math.round(64 + 50 * Math.cos(i / 7)),
    8 * Math.round(64 + 50 * Math.sin(i / 5)),
    (i * 37) % 256,
  ]).flat()
const stroke = (count: number): Stroke => ({
  id: 's',
  by: '',
  tool: 'brush',
  color: 0x3366cc,
  width: 60,
  points: Int32Array.from(wave(count)),
})
const painted = (strokes: readonly Stroke[]) => {
  const raster = new HintRaster({ page: size, size, ink: new Uint8Array(size.width * size.height) })
  raster.update(strokes)
  return raster.pixels
}

test.each([1, 2, 48, 49, 50, 97, 200])('V1 the pieces of %i points paint what the stroke paints', (count) => {
  expect(painted(new StrokePieces().of(stroke(count), count))).toEqual(painted([stroke(count)]))
})

test('a growing stroke keeps all pieces but the last; another color is another stroke', () => {
  const pieces = new StrokePieces()
  const before = pieces.of(stroke(120), 120)
  pieces.sweep()
  const after = pieces.of(stroke(125), 125)
  expect(after.slice(0, -1)).toEqual(before.slice(0, -1))
  expect(after[0]).toBe(before[0])
  expect(after.at(-1)).not.toBe(before.at(-1))
  pieces.sweep()
  expect(pieces.of({ ...stroke(125), color: 1 }, 125)[0]).not.toBe(after[0])
})
