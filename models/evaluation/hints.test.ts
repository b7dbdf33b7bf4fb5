import { expect, it } from 'vitest'
import { BLUE, boxes, RED } from './boxes.fixture.ts'
import { simulateHints } from './hints.ts'
import { keptHints } from './keptHints.ts'
import { sceneOf } from './measurePicture.ts'
import { roomInside } from './roomInside.ts'
import { pixelOf } from '../../shared/raster.ts'

const picture = boxes()

it('gives the same strokes for the same seed, others for another', () => {
  expect(simulateHints(picture, 3, 10)).toEqual(simulateHints(picture, 3, 10))
  expect(simulateHints(picture, 4, 10)).not.toEqual(simulateHints(picture, 3, 10))
})

it('starts with what simulating fewer starts with', () => {
  expect(simulateHints(picture, 1, 50).slice(0, 5)).toEqual(simulateHints(picture, 1, 5))
})

it('begins in colors not shown yet, in their own color; paper only first', () => {
  for (let seed = 0; seed < 12; seed++) {
    const hints = simulateHints(picture, seed, 8)
    expect(hints).toHaveLength(8)
    const figures = hints.filter(({ isOnPaper }) => !isOnPaper)
    expect(new Set(figures.slice(0, 2).map(({ stroke }) => stroke.color))).toEqual(new Set([RED, BLUE]))
    expect(hints.slice(1).some(({ isOnPaper }) => isOnPaper)).toBe(false)
    if (hints[0]!.isOnPaper) expect(hints[0]!.stroke.color).toBe(0xffffff)
  }
})

it('hints the paper on about half of the pages, and fills rarely', () => {
  const all = Array.from({ length: 60 }, (_, seed) => simulateHints(picture, seed, 4))
  const onPaper = all.filter(([first]) => first!.isOnPaper).length
  expect(onPaper).toBeGreaterThan(15)
  expect(onPaper).toBeLessThan(45)
  const fills = all.flat().filter(({ stroke }) => stroke.tool === 'fill').length
  expect(fills).toBeLessThan(40)
})

it('keeps no hint where a stroke ran over a line', () => {
  for (let seed = 0; seed < 12; seed++) {
    const { hints, pixels } = sceneOf(picture, simulateHints(picture, seed, 6))
    keptHints(picture, pixels, hints).forEach((pixel, at) => {
      if (pixel === 0) return
      const truth = [0, 1, 2].map((c) => picture.truth.rgb[3 * at + c]!)
      expect(pixel).toBe(pixelOf((truth[0]! << 16) | (truth[1]! << 8) | truth[2]!))
    })
  }
})

it('knows how much room a shape has', () => {
  const side = 32
  const mask = Uint8Array.from({ length: side * side }, (_, at) => {
    const x = at % side
    const y = Math.floor(at / side)
    return x >= 8 && x < 23 && y >= 4 && y < 28 ? 1 : 0
  })
  const room = roomInside(mask, side)
  expect([room[16 * side + 15], room[16 * side + 8], room[16 * side + 7]]).toEqual([8, 1, 0])
})
