import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { goldenPage, goldenStrokes, seeded } from './golden.fixture.ts'
import { HintRaster, pixelOf } from './raster.ts'
import type { Stroke } from './strokes.ts'

const page = { width: 200, height: 150 }
const size = { width: 100, height: 75 }
const blank = new Uint8Array(100 * 75)

const stroke = (points: number[], more: Partial<Stroke> = {}): Stroke => ({
  id: 'a',
  by: 'g',
  tool: 'brush',
  color: 0xff8040,
  width: 80,
  points: Int32Array.from(points),
  ...more,
})
const fresh = (ink = blank) => new HintRaster({ page, size, ink })
const at = (raster: HintRaster, x: number, y: number) => raster.pixels[y * raster.stride + x]

describe('rasterizer', () => {
  it('paints a disc of the width at full pressure around a tap, hard-edged', () => {
    const raster = fresh()
    raster.update([stroke([800, 600, 255])])
    // Width 80 / 8 = 10 page pixels = 5 raster pixels around (50, 37.5).
    expect(at(raster, 50, 37)).toBe(pixelOf(0xff8040))
    expect(at(raster, 51, 37)).toBe(pixelOf(0xff8040))
    expect(at(raster, 53, 37)).toBe(0)
    expect(
      [...raster.rgba].filter((_, i) => i % 4 === 3).every((alpha) => alpha === 0 || alpha === 255),
    ).toBe(true)
    expect([...raster.rgba.subarray(4 * (37 * 100 + 50), 4 * (37 * 100 + 50) + 4)]).toEqual([
      0xff, 0x80, 0x40, 255,
    ])
  })

  it('follows the pressure: a quarter of the width at 0', () => {
    const painted = (pressure: number) => {
      const raster = fresh()
      raster.update([stroke([800, 600, pressure], { width: 640 })])
      return raster.pixels.filter((pixel) => pixel !== 0).length
    }
    expect(painted(0) / painted(255)).toBeCloseTo(1 / 16, 1)
  })

  it('never loses a stroke, however thin', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1599 }), fc.integer({ min: 0, max: 1199 }), (x, y) => {
        const raster = fresh()
        raster.update([stroke([x, y, 0], { width: 1 })])
        expect(raster.pixels.some((pixel) => pixel !== 0)).toBe(true)
      }),
    )
  })

  it('unpaints under an eraser', () => {
    const raster = fresh()
    raster.update([
      stroke([800, 600, 255], { width: 320 }),
      stroke([800, 600, 255], { tool: 'erase', color: 0, width: 80 }),
    ])
    expect(at(raster, 50, 37)).toBe(0)
    expect(at(raster, 57, 37)).toBe(pixelOf(0xff8040))
  })

  it('fills up to the ink, and closes gaps up to the width', () => {
    const ink = blank.slice()
    for (let x = 20; x <= 60; x++) ink[20 * 100 + x] = ink[60 * 100 + x] = 255
    for (let y = 20; y <= 60; y++) ink[y * 100 + 20] = ink[y * 100 + 60] = 255
    ink[40 * 100 + 60] = ink[41 * 100 + 60] = 0
    const fill = (gap: number) => {
      const raster = fresh(ink)
      raster.update([stroke([8 * 80, 8 * 80, 255], { tool: 'fill', width: gap })])
      return raster
    }
    expect(at(fill(0), 90, 40)).toBe(pixelOf(0xff8040))
    const closed = fill(8 * 12)
    expect(at(closed, 90, 40)).toBe(0)
    expect(at(closed, 21, 21)).toBe(pixelOf(0xff8040))
    expect(at(closed, 20, 20)).toBe(0)
  })

  it('H4 painting step by step, with undo in the middle, equals painting from scratch', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const random = seeded(seed)
        const ink = goldenPage(random, 100, 75).map((grey) => 255 - grey)
        const all = goldenStrokes(random, page.width, page.height, 12)
        const raster = fresh(ink)
        let shown: Stroke[] = []
        for (let step = 0; step < 12; step++) {
          const unused = all.filter((one) => !shown.includes(one))
          if (random(3) > 0 && unused.length > 0) {
            const index = random(2) === 0 ? shown.length : random(shown.length + 1)
            shown = shown.toSpliced(index, 0, unused[random(unused.length)]!)
          } else if (shown.length > 0) {
            shown = shown.toSpliced(random(shown.length), 1 + random(2))
          }
          raster.update(shown)
          const whole = fresh(ink)
          whole.update(shown)
          expect(raster.pixels).toEqual(whole.pixels)
        }
      }),
      { numRuns: 20 },
    )
  })
})
