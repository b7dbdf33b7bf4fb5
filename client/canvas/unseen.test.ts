import { expect, test } from 'vitest'
import type { Covers } from '../../shared/protocol.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { ChunkCounts } from '../live/chunkCounts.ts'
import { UnseenStrokes } from './unseen.ts'

const points = (count: number) => Array.from({ length: count }, (_, i) => [8 * i, 8, 255]).flat()
const stroke = (id: string, count = 4): Stroke => ({
  id,
  by: 'ann',
  tool: 'brush',
  color: 0xff0000,
  width: 80,
  points: Int32Array.from(points(count)),
})
const wet = (id: string, count: number) => ({ ...stroke(id), points: points(count) })
/** Frames show the strokes named in `whole`, by their clocks. */
const covers = (whole: string[], more: Partial<Covers> = {}): Covers => ({
  clock: Object.fromEntries(whole.map((id) => [id, 1])),
  live: {},
  lifted: [],
  ...more,
})

function open() {
  const counts = new ChunkCounts()
  const unseen = new UnseenStrokes({ isWithin: (id, clock) => id in clock }, counts)
  return { counts, unseen }
}
const lengths = (strokes: readonly Stroke[]) =>
  strokes.map(({ id, points }) => `${id}${points.length / 3}`).join(' ')

test('V1 without a frame everything is unseen', () => {
  const { unseen } = open()
  const { framed, painted } = unseen.of([stroke('a')], [wet('w', 3)], undefined)
  expect([lengths(framed), lengths(painted)]).toEqual(['', 'a4 w3'])
})

test('V2 a frame that shows all leaves nothing to be told apart: the same strokes by identity', () => {
  const { unseen, counts } = open()
  counts.note('w', 2, 3)
  const both = [stroke('a'), stroke('b')]
  const { framed, painted } = unseen.of(both, [wet('w', 3)], covers(['a', 'b'], { live: { w: 2 } }))
  expect(framed.length).toBe(painted.length)
  expect(framed.every((each, i) => each === painted[i])).toBe(true)
})

test('V2 of a live stroke a frame shows the chunks it names, also when the stroke is committed by now', () => {
  const { unseen, counts } = open()
  counts.note('w', 0, 2)
  counts.note('w', 1, 5)
  const frame = covers(['a'], { live: { w: 0 } })
  const down = unseen.of([stroke('a')], [wet('w', 7)], frame)
  expect([lengths(down.framed), lengths(down.painted)]).toEqual(['a4 w2', 'a4 w7'])
  const lifted = unseen.of([stroke('a'), stroke('w', 8)], [], frame)
  expect([lengths(lifted.framed), lengths(lifted.painted)]).toEqual(['a4 w2', 'a4 w8'])
})

test('V2 a frame that overtook a commit shows the whole stroke: no preview of it comes back', () => {
  const { unseen } = open()
  const { framed, painted } = unseen.of([], [wet('w', 6)], covers([], { lifted: ['w'] }))
  expect(framed).toHaveLength(1)
  expect(framed[0]).toBe(painted[0])
})

test('V3 what was committed since the frame stays unseen until one names it, in whatever order', () => {
  const { unseen } = open()
  const all = [stroke('a'), stroke('b'), stroke('c')]
  expect(lengths(unseen.of(all, [], covers(['a', 'c'])).framed)).toBe('a4 c4')
  expect(lengths(unseen.of(all, [], covers(['a', 'b', 'c'])).framed)).toBe('a4 b4 c4')
})

test('V4 a stroke that is gone is in neither list', () => {
  const { unseen, counts } = open()
  counts.note('w', 0, 2)
  const frame = covers(['a'], { live: { w: 0 } })
  unseen.of([stroke('a')], [wet('w', 2)], frame)
  const { framed, painted } = unseen.of([stroke('a')], [], frame)
  expect([lengths(framed), lengths(painted)]).toEqual(['a4', 'a4'])
})
