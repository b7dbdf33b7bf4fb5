import { expect, it } from 'vitest'
import { mean, median, medianInterval, quantile } from './statistics.ts'

it('medians and quantiles lie between the values', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  expect(quantile([0, 10], 0.25)).toBe(2.5)
  expect(mean([1, 2, 6])).toBe(3)
  expect(median([])).toBeNaN()
})

it('an interval holds the median, is the same every time, and is narrow for many equal values', () => {
  const values = Array.from({ length: 40 }, (_, i) => i)
  const { low, high } = medianInterval(values)
  expect(low).toBeLessThan(19.5)
  expect(high).toBeGreaterThan(19.5)
  expect(high - low).toBeLessThan(20)
  expect(medianInterval(values)).toEqual({ low, high })
  expect(medianInterval([5, 5, 5])).toEqual({ low: 5, high: 5 })
})
