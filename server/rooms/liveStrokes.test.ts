import { expect, it } from 'vitest'
import { encodePoints } from '../../shared/points.ts'
import { LiveStrokes } from './liveStrokes.ts'

const chunk = (stroke: string, seq: number, points: number[], more: object = {}) => ({
  stroke,
  seq,
  tool: 'brush' as const,
  color: 5,
  width: 8,
  points: encodePoints(points),
  ...more,
})
const none = () => undefined
const open = () => {
  let time = 0
  return { live: new LiveStrokes(4, () => time), pass: (ms: number) => (time += ms) }
}

it('R5 merges chunks whose first point repeats the last', () => {
  const { live } = open()
  expect(live.add('ann', chunk('s', 0, [0, 0, 255, 8, 8, 255]))).toBe(true)
  expect(live.add('ann', chunk('s', 1, [8, 8, 255, 16, 8, 255]))).toBe(true)
  expect(live.add('ann', chunk('s', 1, [8, 8, 255, 99, 99, 255]))).toBe(true)
  expect(live.strokes(none).map(({ points }) => [...points])).toEqual([[0, 0, 255, 8, 8, 255, 16, 8, 255]])
})

it('R5 a lost chunk leaves a straight line; a start that was not heard begins in the middle', () => {
  const { live } = open()
  live.add('ann', chunk('s', 3, [0, 0, 255]))
  live.add('ann', chunk('s', 5, [50, 50, 255]))
  expect([...live.strokes(none)[0]!.points]).toEqual([0, 0, 255, 50, 50, 255])
})

it('R5 strokes of two guests under one id are two; each can only end its own', () => {
  const { live } = open()
  live.add('ann', chunk('s', 0, [0, 0, 255]))
  live.add('bob', chunk('s', 0, [9, 9, 255]))
  expect(live.end('bob', 's')).toBe(true)
  expect(live.strokes(none).map(({ by }) => by)).toEqual(['ann'])
})

it('R5 is forgotten after ten seconds of silence, and when its socket closes; the others are told', () => {
  const { live, pass } = open()
  live.add('ann', chunk('s', 0, [0, 0, 255]))
  pass(6_000)
  live.add('ann', chunk('s', 1, [0, 0, 255, 1, 1, 255]))
  pass(9_999)
  expect(live.expire()).toBe(false)
  pass(1)
  expect(live.expire()).toBe(true)
  expect(live.size).toBe(0)
  live.add('ann', chunk('t', 0, [0, 0, 255]), 'one tab')
  live.add('ann', chunk('u', 4, [0, 0, 255]), 'another tab')
  expect(live.leave('no tab')).toEqual([])
  expect(live.leave('another tab')).toEqual([{ stroke: 'u', seq: 5, end: true, guest: 'ann' }])
  expect(live.strokes(none).map(({ id }) => id)).toEqual(['t'])
})

it('R5 refuses bad points, more points than a stroke has, and more pens than a hand', () => {
  const { live } = open()
  expect(live.add('ann', { ...chunk('s', 0, [0, 0, 255]), points: Uint8Array.of(128) })).toBe(false)
  expect(live.add('ann', chunk('s', 0, [0, 0, 255, 1, 1, 255, 2, 2, 255, 3, 3, 255]))).toBe(true)
  expect(live.add('ann', chunk('s', 1, [3, 3, 255, 4, 4, 255]))).toBe(false)
  for (let i = 0; i < 4; i++) expect(live.add('ann', chunk(`p${i}`, 0, [0, 0, 255]))).toBe(true)
  expect(live.add('ann', chunk('p5', 0, [0, 0, 255]))).toBe(false)
})

it('R5 takes the color of its swatch, keeps its identity while nothing changes', () => {
  const { live } = open()
  live.add('ann', chunk('s', 0, [0, 0, 255], { swatch: 'sky' }))
  const [first] = live.strokes(() => 77)
  expect(first!.color).toBe(77)
  expect(live.strokes(() => 77)[0]).toBe(first)
  expect(live.strokes(() => 78)[0]).not.toBe(first)
})

it('R8 a chunk that its commit overtook does not bring the stroke back', () => {
  const { live } = open()
  live.add('ann', chunk('s', 0, [0, 0, 255]))
  live.commit('ann', 's')
  expect(live.add('ann', chunk('s', 1, [0, 0, 255, 1, 1, 255]))).toBe(true)
  expect(live.size).toBe(0)
  expect(live.add('bob', chunk('s', 0, [0, 0, 255]))).toBe(true)
  expect(live.size).toBe(1)
})

it('F6 tells which chunks are painted, and the last strokes that were live and are committed', () => {
  const { live } = open()
  live.add('ann', chunk('s', 0, [0, 0, 255]))
  live.add('ann', chunk('s', 2, [0, 0, 255, 1, 1, 255]))
  live.commit('ann', 'never live')
  expect(live.covers()).toEqual({ live: { s: 2 }, lifted: [] })
  live.commit('ann', 's')
  expect(live.covers()).toEqual({ live: {}, lifted: ['s'] })
  for (let i = 0; i < 40; i++) {
    live.add('ann', chunk(`t${i}`, 0, [0, 0, 255]))
    live.commit('ann', `t${i}`)
  }
  expect(live.covers().lifted).toHaveLength(16)
  expect(live.covers().lifted.at(-1)).toBe('t39')
})
