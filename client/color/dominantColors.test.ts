import { expect, test } from 'vitest'
import { hexOf } from '../../shared/hexColor.ts'
import { dominantColors } from './dominantColors.ts'

const pixels = (...runs: [color: number, count: number, alpha?: number][]) =>
  runs.flatMap(([color, count, alpha = 255]) =>
    Array.from({ length: count }, () => [color >> 16, (color >> 8) & 255, color & 255, alpha]).flat(),
  )
const hexes = (rgba: number[], count: number) => dominantColors(rgba, count).map(({ color }) => hexOf(color))

test('a picture of few flat colors gives exactly those, the largest first', () => {
  const flat = pixels([0xd9452f, 300], [0x79bdea, 500], [0xffffff, 100], [0x26231f, 20])
  expect(hexes(flat, 8)).toEqual(['#79bdea', '#d9452f', '#ffffff', '#26231f'])
  expect(hexes(flat, 2)).toHaveLength(2)
  const shares = dominantColors(flat, 8).map(({ share }) => share)
  expect(shares[0]).toBeCloseTo(500 / 920, 6)
  expect(shares.reduce((sum, share) => sum + share)).toBeCloseTo(1, 6)
})

test('a small bright spot is not lost among shades of one color, and equal pixels give equal colors', () => {
  const shades = pixels(
    ...Array.from({ length: 60 }, (_, i) => [0x204060 + i * 0x010101, 100] as [number, number]),
  )
  const spotted = [...shades, ...pixels([0xf6c945, 60])]
  const found = hexes(spotted, 6)
  expect(found).toContain('#f6c945')
  expect(hexes(spotted, 6)).toEqual(found)
})

test('what one can see through does not count, and of nothing there is nothing', () => {
  expect(hexes(pixels([0x00ff00, 50, 0], [0xff0000, 5]), 5)).toEqual(['#ff0000'])
  expect(dominantColors([], 5)).toEqual([])
})
