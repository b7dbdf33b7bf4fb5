import { expect, it } from 'vitest'
import { flatsOf } from './flats.ts'
import { HintMapper } from './hintmap.ts'
import { pixelOf } from './raster.ts'
import { regionsOf } from './regions.ts'
import { segmentsOf } from './segments.ts'

const SIZE = 64
const work = { width: SIZE, height: SIZE, paddedWidth: SIZE, paddedHeight: SIZE }
const red = pixelOf(0xff0000)
const blue = pixelOf(0x0000ff)

/** Three rooms side by side, walls at x = 20, 21 and 42, 43. */
const ink = new Uint8Array(SIZE * SIZE)
for (let y = 0; y < SIZE; y++) for (const x of [20, 21, 42, 43]) ink[y * SIZE + x] = 255
const regions = regionsOf(ink, work)

function segmentsWith(...dots: [x: number, y: number, pixel: number][]) {
  const pixels = new Uint32Array(SIZE * SIZE)
  for (const [x, y, pixel] of dots) pixels[y * SIZE + x] = pixel
  return segmentsOf(regions, new HintMapper({ ink, work, regions }).spread(pixels), ink)
}

it('regions nobody hinted are whole segments, whoever’s colors met over their lines', () => {
  const { ids, count, hinted } = segmentsWith([5, 5, red], [60, 60, blue])
  expect(count).toBe(3)
  expect(ids[2 * SIZE + 30]).toBe(ids[60 * SIZE + 30])
  expect(hinted[ids[5 * SIZE + 5]!]).toBe(1)
  expect(hinted[ids[30 * SIZE + 30]!]).toBe(0)
})

it('a region with two colors is split where the hint map splits it', () => {
  const { ids, regions: regionOf } = segmentsWith([30, 5, red], [30, 60, blue])
  const middle = new Set<number>()
  for (let y = 0; y < SIZE; y++) for (let x = 22; x < 42; x++) middle.add(ids[y * SIZE + x]!)
  expect(middle.size).toBe(2)
  expect(ids[10 * SIZE + 30]).not.toBe(ids[55 * SIZE + 30])
  expect(regionOf[ids[10 * SIZE + 30]!]).toBe(regionOf[ids[55 * SIZE + 30]!])
})

it('flats are the median of each segment, its lines’ pixels not counted, and have hard edges', () => {
  const segments = segmentsWith([5, 5, red])
  const rgb = new Uint8Array(3 * SIZE * SIZE)
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++)
      rgb.fill(x < 21 ? (y < 20 ? 10 : 200) : 90, 3 * (y * SIZE + x), 3 * (y * SIZE + x + 1))
  }
  const flats = flatsOf({ width: SIZE, height: SIZE, rgb }, segments, ink)
  expect(flats.rgb[0]).toBe(200)
  expect(flats.rgb[3 * (63 * SIZE + 19)]).toBe(200)
  expect(new Set(flats.rgb)).toEqual(new Set([200, 90]))
})
