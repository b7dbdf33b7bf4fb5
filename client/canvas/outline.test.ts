import { expect, test } from 'vitest'
import { pixelOf } from '../../shared/raster.ts'
import { contourOf, outline } from './outline.ts'

const red = pixelOf(0xff0000)

test('only the edge of a painted area is contour, and nothing beyond it', () => {
  const width = 7
  const pixels = new Uint32Array(width * width)
  for (let y = 1; y < 6; y++) pixels.fill(red, y * width + 1, y * width + 6)
  const shown = new Uint32Array(pixels.length)
  outline(pixels, shown, width, { left: 0, top: 0, right: width, bottom: width }, 1)
  const at = (x: number, y: number) => shown[y * width + x]
  expect([at(0, 0), at(0, 3), at(1, 3), at(2, 3), at(3, 3)]).toEqual([0, 0, contourOf(red), red, red])
})

test("an area that runs over the page's edge has no contour there", () => {
  const pixels = new Uint32Array(9).fill(red)
  const shown = new Uint32Array(9)
  outline(pixels, shown, 3, { left: 0, top: 0, right: 3, bottom: 3 }, 1)
  expect([...shown]).toEqual([...pixels])
})

test('a contour stands out: darker, or lighter than a dark color', () => {
  expect(contourOf(red)).toBe(pixelOf(0xa80000))
  expect(contourOf(pixelOf(0x000000))).toBe(pixelOf(0x575757))
})
