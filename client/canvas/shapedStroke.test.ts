import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LiveChunk, LiveEnd } from '../../shared/protocol.ts'
import { parseStroke, type PackedStroke } from '../../shared/strokes.ts'
import { LiveStrokes } from '../live/liveStrokes.ts'
import type { Paint } from './paint.ts'
import { ShapedStroke } from './shapedStroke.ts'

const paint: Paint = { tool: 'brush', color: 0x336699, size: 20 }
const at = (x: number) => ({ x, y: 0, pressure: 255 })

function shaped() {
  const commits: PackedStroke[] = []
  const lives: (LiveChunk | LiveEnd)[] = []
  const others = new LiveStrokes()
  const made = new ShapedStroke({
    by: () => 'me',
    commit(stroke) {
      commits.push(stroke)
      others.commit([stroke.id])
    },
    sendLive(message) {
      lives.push(message)
      others.receive({ ...message, guest: 'me' }, performance.now())
    },
    changed: () => undefined,
  })
  return { stroke: made, commits, lives, others }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('a shape that changes is another stroke each time, and one commit at lift', () => {
  const { stroke, commits } = shaped()
  stroke.press(paint, [at(0)])
  const first = stroke.wet!.id
  stroke.reshape([at(0), at(80)])
  const second = stroke.wet!.id
  stroke.reshape([at(0), at(80)])
  expect(stroke.wet!.id).toBe(second)
  expect(second).not.toBe(first)
  stroke.lift()
  expect(commits).toHaveLength(1)
  expect([...parseStroke(commits[0])!.points]).toEqual([0, 0, 255, 80, 0, 255])
  expect(stroke.wet).toBeNull()
})

test('the others see the newest shape a few times a second, one at a time, and never two for long', () => {
  const { stroke, lives, others } = shaped()
  stroke.press(paint, [at(0)])
  for (let x = 1; x <= 100; x++) {
    stroke.reshape([at(0), at(8 * x)])
    vi.advanceTimersByTime(10)
    expect(others.all).toHaveLength(1)
  }
  expect(lives.length).toBeLessThanOrEqual(22)
  expect(others.all[0]!.points.at(-3)).toBeGreaterThan(700)
  stroke.lift()
  expect(others.all).toEqual([])
})

test('taken back, nothing is left anywhere', () => {
  const { stroke, commits, others } = shaped()
  stroke.press(paint, [at(0)])
  stroke.reshape([at(0), at(80)])
  vi.advanceTimersByTime(100)
  stroke.takeBack()
  vi.advanceTimersByTime(1000)
  expect(commits).toEqual([])
  expect(others.all).toEqual([])
})

test('a shape nobody else saw yet is committed, and the one they saw goes', () => {
  const { stroke, commits, lives, others } = shaped()
  stroke.press(paint, [at(0)])
  stroke.reshape([at(80)])
  stroke.lift()
  expect(commits).toHaveLength(1)
  expect(lives.at(-1)).toMatchObject({ end: true })
  expect(others.all).toEqual([])
})
