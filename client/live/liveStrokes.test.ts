import { describe, expect, test } from 'vitest'
import { encodePoints } from '../../shared/points.ts'
import { LiveStrokes } from './liveStrokes.ts'

const chunk = (stroke: string, seq: number, points: number[], guest = 'ann') => ({
  guest,
  stroke,
  seq,
  tool: 'brush' as const,
  color: 0x336699,
  width: 80,
  points: encodePoints(points),
})

describe("others' live strokes", () => {
  test('chunks join into one stroke without repeating the shared point', () => {
    const live = new LiveStrokes()
    expect(live.receive(chunk('s', 0, [0, 0, 255, 8, 8, 255]), 0)).toBe('grown')
    expect(live.receive(chunk('s', 1, [8, 8, 255, 16, 0, 255]), 40)).toBe('grown')
    expect(live.all[0]?.points).toEqual([0, 0, 255, 8, 8, 255, 16, 0, 255])
  })

  test('a committed stroke is gone and a late chunk does not bring it back', () => {
    const live = new LiveStrokes()
    live.receive(chunk('s', 0, [0, 0, 255]), 0)
    expect(live.commit(['s'])).toBe(true)
    expect(live.receive(chunk('s', 1, [0, 0, 255, 9, 9, 255]), 10)).toBeNull()
    expect(live.all).toEqual([])
  })

  test('a cancelled stroke is gone', () => {
    const live = new LiveStrokes()
    live.receive(chunk('s', 0, [0, 0, 255]), 0)
    expect(live.receive({ guest: 'ann', stroke: 's', seq: 1, end: true }, 1)).toBe('gone')
    expect(live.all).toEqual([])
  })

  test('V4 all of them can be forgotten', () => {
    const live = new LiveStrokes()
    expect(live.clear()).toBe(false)
    live.receive(chunk('s', 0, [0, 0, 255]), 0)
    expect(live.of('s')?.points).toEqual([0, 0, 255])
    expect(live.clear()).toBe(true)
    expect(live.of('s')).toBeUndefined()
  })

  test('silence of 10 s and the leaving of its guest end a stroke', () => {
    const live = new LiveStrokes()
    live.receive(chunk('s', 0, [0, 0, 255], 'ann'), 0)
    live.receive(chunk('t', 0, [0, 0, 255], 'bob'), 5_000)
    expect(live.sweep(9_999, new Set(['ann', 'bob']))).toBe(false)
    expect(live.sweep(10_000, new Set(['ann', 'bob']))).toBe(true)
    expect(live.all.map((stroke) => stroke.id)).toEqual(['t'])
    expect(live.sweep(10_001, new Set(['ann']))).toBe(true)
    expect(live.all).toEqual([])
  })

  test('a broken, repeated or foreign chunk changes nothing', () => {
    const live = new LiveStrokes()
    live.receive(chunk('s', 3, [0, 0, 255]), 0)
    expect(live.receive(chunk('s', 3, [0, 0, 255, 5, 5, 255]), 1)).toBeNull()
    expect(live.receive(chunk('s', 4, [0, 0, 255, 5, 5, 255], 'eve'), 1)).toBeNull()
    expect(live.receive({ ...chunk('x', 0, [0, 0, 255]), points: Uint8Array.of(0x80) }, 1)).toBeNull()
    expect(live.all).toHaveLength(1)
  })
})
