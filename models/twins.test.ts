import { expect, it } from 'vitest'
import { HintMapper } from '../shared/hintmap.ts'
import { pixelOf } from '../shared/raster.ts'
import { regionsOf } from '../shared/regions.ts'
import { segmentsOf } from '../shared/segments.ts'
import { Shapes } from './shapes.ts'
import { twinSegments } from './twins.ts'

const SIZE = 96
const work = { width: SIZE, height: SIZE, paddedWidth: SIZE, paddedHeight: SIZE }

/** Two triangles, one the mirror image of the other, and a square of about their size. */
const ink = new Uint8Array(SIZE * SIZE)
function outline(isInside: (x: number, y: number) => boolean): void {
  for (let y = 1; y < SIZE - 1; y++) {
    for (let x = 1; x < SIZE - 1; x++) {
      if (!isInside(x, y)) continue
      if (![isInside(x - 1, y), isInside(x + 1, y), isInside(x, y - 1), isInside(x, y + 1)].every(Boolean))
        for (const near of [0, 1, SIZE]) ink[y * SIZE + x + near] = 255
    }
  }
}
outline((x, y) => x >= 8 && y >= 10 && y < 50 && x - 8 <= y - 10)
outline((x, y) => x < 88 && y >= 10 && y < 50 && 87 - x <= y - 10)
outline((x, y) => x >= 30 && x < 58 && y >= 60 && y < 88)
const regions = regionsOf(ink, work)
const shapes = new Shapes(regions, work)
const left: [number, number] = [16, 40]
const right: [number, number] = [79, 40]
const square: [number, number] = [44, 74]

function segmentsWith(...dots: [x: number, y: number, color: number][]) {
  const pixels = new Uint32Array(SIZE * SIZE)
  for (const [x, y, color] of dots) pixels[y * SIZE + x] = pixelOf(color)
  return segmentsOf(regions, new HintMapper({ ink, work, regions }).spread(pixels), ink)
}
const at = ({ ids }: { ids: Int32Array }, [x, y]: [number, number]) => ids[y * SIZE + x]!

it('E9 a mirror image of a hinted region is its twin, another shape of its size and the paper are not', () => {
  const segments = segmentsWith([...left, 0xff0000])
  const twins = twinSegments(segments, regions, shapes)
  expect(twins[at(segments, right)]).toBe(at(segments, left))
  expect(twins[at(segments, square)]).toBe(-1)
  expect(twins[at(segments, [2, 2])]).toBe(-1)
})

it('E9 a region with a hint of its own has no twin, nor one beside a region of two colors', () => {
  const own = segmentsWith([...left, 0xff0000], [...right, 0x00ff00])
  const none = twinSegments(own, regions, shapes)
  expect([none[at(own, left)], none[at(own, right)]]).toEqual([-1, -1])
  const two = segmentsWith([...left, 0xff0000], [22, 46, 0x00ff00])
  expect(twinSegments(two, regions, shapes)[at(two, right)]).toBe(-1)
})

it('E9 a pocket of the paper that nobody hinted is as the paper, one with a hint is not', () => {
  const jar = new Uint8Array(SIZE * SIZE)
  for (let i = 20; i < 76; i++) {
    for (const place of [i * SIZE + 20, i * SIZE + 74, 74 * SIZE + i]) jar[place] = jar[place + 1] = 255
    if (i < 38 || i > 57) jar[20 * SIZE + i] = jar[21 * SIZE + i] = 255
  }
  const open = regionsOf(jar, work)
  const twinsWith = (x: number, y: number) => {
    const pixels = new Uint32Array(SIZE * SIZE)
    pixels[y * SIZE + x] = pixelOf(0x2040ff)
    const segments = segmentsOf(open, new HintMapper({ ink: jar, work, regions: open }).spread(pixels), jar)
    const twins = twinSegments(segments, open, new Shapes(open, work))
    return [twins[at(segments, [48, 50])], at(segments, [4, 4])] as const
  }
  const [pocket, paper] = twinsWith(5, 5)
  expect(pocket).toBe(paper)
  expect(twinsWith(48, 50)[0]).toBe(-1)
})
