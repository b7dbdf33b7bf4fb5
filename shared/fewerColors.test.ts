import { expect, it } from 'vitest'
import { fewerColors } from './fewerColors.ts'

const flats = (...colors: number[]) => ({
  width: colors.length,
  height: 1,
  rgb: Uint8Array.from(
    colors.flatMap((color) => [color >> 16, color >> 8, color].map((part) => part & 0xff)),
  ),
})
const colorsOf = ({ rgb }: { rgb: Uint8Array }) =>
  Array.from(
    { length: rgb.length / 3 },
    (_, i) => (rgb[3 * i]! << 16) | (rgb[3 * i + 1]! << 8) | rgb[3 * i + 2]!,
  )

it('X3 flats have no two colors that look the same: the one that covers more is kept, and a hint’s always', () => {
  const skin = flats(0xf4c8a8, 0xf4c8a8, 0xf3c7a9, 0x1030e0, 0xf0c4a4)
  fewerColors(skin, new Set())
  expect(colorsOf(skin)).toEqual([0xf4c8a8, 0xf4c8a8, 0xf4c8a8, 0x1030e0, 0xf4c8a8])
  const hinted = flats(0xf4c8a8, 0xf4c8a8, 0xf3c7a9, 0xf4c8a9)
  fewerColors(hinted, new Set([0xf3c7a9, 0xf4c8a9]))
  // Two hints are two colors, however near.
  expect(colorsOf(hinted)).toEqual(
    [0xf4c8a9, 0xf4c8a9, 0xf3c7a9, 0xf4c8a9].map((color, i) => (i < 2 ? colorsOf(hinted)[0]! : color)),
  )
  expect(new Set(colorsOf(hinted))).toEqual(new Set([0xf3c7a9, 0xf4c8a9]))
})

it('X3 colors that can be told apart stay', () => {
  const apart = flats(0xffffff, 0xf4f2ee, 0xe2e2e2, 0x6cb7ea, 0x4f7ea6)
  const before = colorsOf(apart)
  fewerColors(apart, new Set())
  expect(colorsOf(apart)).toEqual(before)
})
