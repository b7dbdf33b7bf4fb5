import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SteadyWriter } from './steadyWriter.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the first value is written at once, then the newest at a steady pace, and the last one for sure', () => {
  const written: number[] = []
  const writer = new SteadyWriter<number>((value) => written.push(value), 100)
  for (let value = 0; value < 25; value++) {
    writer.put(value)
    vi.advanceTimersByTime(10)
  }
  expect(written).toEqual([0, 9, 19])
  expect(writer.isWaiting).toBe(true)
  vi.advanceTimersByTime(100)
  expect(written).toEqual([0, 9, 19, 24])
  vi.advanceTimersByTime(1_000)
  writer.put(30)
  expect(written.at(-1)).toBe(30)
  writer.put(31)
  writer.flush()
  expect(written.at(-1)).toBe(31)
  writer.put(32)
  writer.drop()
  vi.advanceTimersByTime(1_000)
  expect(written.at(-1)).toBe(31)
})
