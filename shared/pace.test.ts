import { expect, it } from 'vitest'
import { Pace } from './pace.ts'

const evenly = (count: number, gap = 1000) => Array.from({ length: count }, (_, i) => 1e12 + gap * i)

it('T11 a replay takes seconds for a few strokes and a minute at most', () => {
  expect(new Pace(evenly(3)).length).toBe(4_000)
  expect(new Pace(evenly(100)).length).toBe(9_000)
  expect(new Pace(evenly(20_000)).length).toBe(60_000)
  expect(new Pace([]).length).toBe(0)
})

it('T11 every step is shown, in order, the last at the end', () => {
  const pace = new Pace([...evenly(50), 1e12 + 5_000_000])
  expect(pace.stepAt(0)).toBe(0)
  expect(pace.stepAt(pace.length)).toBe(51)
  for (let step = 1; step <= 51; step++) {
    expect(pace.stepAt(pace.startOf(step))).toBe(step)
    expect(pace.startOf(step)).toBeGreaterThan(pace.startOf(step - 1))
  }
})

it('T11 a night between two strokes is a breath', () => {
  const pace = new Pace([0, 1000, 1000 + 8 * 3_600_000, 8 * 3_600_000 + 2000])
  const breath = pace.startOf(3) - pace.startOf(2)
  const usual = pace.startOf(2) - pace.startOf(1)
  expect(breath).toBeGreaterThan(2 * usual)
  expect(breath).toBeLessThan(5 * usual)
})
