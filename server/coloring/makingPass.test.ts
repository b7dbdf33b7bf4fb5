import { expect, it } from 'vitest'
import { shownSteps } from './makingPass.ts'

it('X9 a time-lapse shows every step of a short making, and of a long one at most 60, the first and the last among them', () => {
  expect(shownSteps(3, (step) => 1000 * step)).toEqual([0, 1, 2, 3])
  const steps = shownSteps(5_000, (step) => 1000 * step)
  expect(steps).toHaveLength(60)
  expect([steps[0], steps.at(-1)]).toEqual([0, 5_000])
  expect([...steps].sort((a, b) => a - b)).toEqual(steps)
  // A night between two strokes takes no more than a moment.
  const nights = shownSteps(200, (step) => 3e7 * step)
  expect(new Set(nights).size).toBe(nights.length)
  expect(nights.length).toBeGreaterThan(50)
})
