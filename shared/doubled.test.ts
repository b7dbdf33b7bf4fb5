import { expect, it } from 'vitest'
import { positions } from './bilinear.ts'
import { doubled } from './doubled.ts'
import { seeded } from './golden.fixture.ts'

it.each([
  [1, 1],
  [1, 7],
  [6, 1],
  [13, 9],
])('%i x %i: every byte is the rounded bilinear mean', (width, height) => {
  const random = seeded(width)
  const layer = { width, height, rgb: Uint8Array.from({ length: 3 * width * height }, () => random(256)) }
  const byte = (x: number, y: number, channel: number) => layer.rgb[3 * (y * width + x) + channel]!
  const expected = positions(2 * height, height).flatMap((row) =>
    positions(2 * width, width).flatMap(({ low, high, share }) =>
      [0, 1, 2].map((channel) => {
        const between = (y: number) =>
          byte(low, y, channel) + (byte(high, y, channel) - byte(low, y, channel)) * share
        return Math.floor(between(row.low) + (between(row.high) - between(row.low)) * row.share + 0.5)
      }),
    ),
  )
  const result = doubled(layer)
  expect([result.width, result.height]).toEqual([2 * width, 2 * height])
  expect([...result.rgb]).toEqual(expected)
})
