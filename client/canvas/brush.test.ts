import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { limits } from '../../shared/limits.ts'
import type { LiveChunk, LiveEnd } from '../../shared/protocol.ts'
import { parseStroke, type PackedStroke } from '../../shared/strokes.ts'
import { Brush } from './brush.ts'
import type { Paint } from './paint.ts'
import { Stabilizer } from './stabilizer.ts'

const paint: Paint = { tool: 'brush', color: 0x336699, size: 20 }
const at = (x: number) => ({ x, y: 0, pressure: 255 })

function brush() {
  const commits: PackedStroke[] = []
  const lives: (LiveChunk | LiveEnd)[] = []
  const made = new Brush({
    by: () => 'me',
    commit: (stroke) => commits.push(stroke),
    sendLive: (message) => lives.push(message),
    changed: () => undefined,
  })
  return { brush: made, commits, lives }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('a stroke is committed once, at lift, under the id its live chunks had', () => {
  const { brush: made, commits, lives } = brush()
  made.press(paint, at(0))
  made.draw([at(80), at(160)], 1)
  vi.advanceTimersByTime(100)
  expect(commits).toEqual([])
  made.lift()
  made.lift()
  expect(commits).toHaveLength(1)
  expect(parseStroke(commits[0])).toMatchObject({ by: 'me', tool: 'brush', color: 0x336699, width: 160 })
  expect(lives.map((message) => message.stroke)).toEqual([commits[0]?.id, commits[0]?.id])
  expect(made.wet).toBeNull()
})

test('K3 a stroke of a page color names it, live and committed; an eraser names none', () => {
  const { brush: made, commits, lives } = brush()
  for (const tool of ['brush', 'erase'] as const) {
    made.press({ ...paint, tool, swatch: 'hair' }, at(0))
    made.lift()
  }
  expect(commits.map(({ swatch, color }) => [swatch, color])).toEqual([
    ['hair', 0x336699],
    [undefined, 0],
  ])
  expect(lives.map((message) => 'swatch' in message && message.swatch)).toEqual(['hair', false])
  expect(commits.every((stroke) => parseStroke(stroke))).toBe(true)
})

test('a tap is a dot of one point', () => {
  const { brush: made, commits } = brush()
  made.press(paint, at(40))
  made.lift()
  expect([...parseStroke(commits[0])!.points]).toEqual([40, 0, 255])
})

test('a stroke taken back is never committed, and whoever saw it is told', () => {
  const { brush: made, commits, lives } = brush()
  made.press(paint, at(0))
  made.takeBack()
  expect(commits).toEqual([])
  expect(lives.at(-1)).toMatchObject({ end: true })
})

test('a stroke over the limit goes on as another from its last point', () => {
  const { brush: made, commits } = brush()
  made.press(paint, at(0))
  for (let i = 1; i < limits.points + 100; i++) made.draw([at(16 * i)], 1)
  made.lift()
  expect(commits).toHaveLength(2)
  const [first, second] = commits.map((stroke) => parseStroke(stroke)!)
  expect(first?.points.length).toBe(3 * limits.points)
  expect([...second!.points.slice(0, 3)]).toEqual([...first!.points.slice(-3)])
})

test('an eraser stroke has no color', () => {
  const { brush: made, commits } = brush()
  made.press({ ...paint, tool: 'erase' }, at(0))
  made.lift()
  expect(commits[0]).toMatchObject({ tool: 'erase', color: 0 })
})

test('a steadied stroke ends where the pen did', () => {
  const { brush: made, commits } = brush()
  made.press(paint, at(0), new Stabilizer(100, 1, at(0)))
  made.draw([at(200), at(400)], 1)
  made.lift()
  expect([...parseStroke(commits[0])!.points].slice(-3)).toEqual([400, 0, 255])
})
