import { expect, it } from 'vitest'
import { fadeInk, plainLook, readLook, saturate, saturationMatrix } from './pageSettings.ts'

const rgb = (...values: number[]) => ({ width: values.length / 3, height: 1, rgb: Uint8Array.from(values) })

it('K1 values that are no number in their range count as not set', () => {
  const of = (saturation: unknown, lineOpacity: unknown) =>
    readLook(new Map<string, unknown>(Object.entries({ saturation, lineOpacity })))
  expect(of(0.5, 0.25)).toEqual({ saturation: 0.5, lineOpacity: 0.25 })
  expect(of(0, 0)).toEqual({ saturation: 0, lineOpacity: 0 })
  expect(of(2, 1)).toEqual({ saturation: 2, lineOpacity: 1 })
  for (const wrong of [-0.1, 2.1, NaN, Infinity, '1', null, undefined, {}, true])
    expect(of(wrong, wrong)).toEqual(plainLook)
})

it('K1 saturation is the matrix that CSS saturate() is: rows keep grey, 0 is the luminance, 1 changes nothing', () => {
  for (const saturation of [0, 0.3, 1, 2]) {
    const m = saturationMatrix(saturation)
    for (const row of [0, 3, 6]) expect(m[row]! + m[row + 1]! + m[row + 2]!).toBeCloseTo(1, 12)
  }
  const grey = rgb(255, 0, 0, 0, 255, 0, 120, 120, 120)
  saturate(grey, 0)
  expect([...grey.rgb]).toEqual([54, 54, 54, 182, 182, 182, 120, 120, 120])
  const strong = rgb(200, 100, 50, 128, 128, 128)
  saturate(strong, 2)
  // 2c - luminance: 117.7
  expect([...strong.rgb]).toEqual([255, 82, 0, 128, 128, 128])
  const same = rgb(1, 2, 3)
  saturate(same, 1)
  expect([...same.rgb]).toEqual([1, 2, 3])
})

it('K1 lines fade towards white, and at full opacity are the ink itself', () => {
  const faded = (opacity: number) => [0, 100, 255].map((grey) => fadeInk(grey, opacity))
  expect(faded(1)).toEqual([0, 100, 255])
  expect(faded(0.5)).toEqual([128, 178, 255])
  expect(faded(0)).toEqual([255, 255, 255])
})
