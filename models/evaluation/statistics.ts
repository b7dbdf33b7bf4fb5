/** Medians, quantiles and how sure they are. */
import { randomOf } from './random.ts'

/** The value below which `share` (0..1) of the values lie, between two of them linear; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  const place = share * (sorted.length - 1)
  const low = Math.floor(place)
  const below = sorted[low] ?? NaN
  const above = sorted[Math.min(sorted.length - 1, low + 1)] ?? NaN
  return below + (above - below) * (place - low)
}

export const median = (values: readonly number[]) => quantile(values, 0.5)

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length

export type Interval = { low: number; high: number }

const RESAMPLES = 1000

/** 95 % bootstrap interval of the median (percentile method), with fixed random numbers. */
export function medianInterval(values: readonly number[]): Interval {
  const random = randomOf('bootstrap', values.length)
  const medians = Array.from({ length: RESAMPLES }, () =>
    median(values.map(() => values[random.below(values.length)]!)),
  )
  return { low: quantile(medians, 0.025), high: quantile(medians, 0.975) }
}
