import { describe, expect, it } from 'vitest'
import { inkAtWorkSize } from './ink.ts'
import { underLines, Upsampler } from './upsampler.ts'

/** A page of 400 x 200 with a vertical line of `thickness` at 203, off the layer's grid, and a layer of a quarter of it. */
function scene(thickness: number) {
  const page = { width: 400, height: 200, grey: new Uint8Array(80_000).fill(255) }
  for (let y = 0; y < 200; y++) for (let x = 203; x < 203 + thickness; x++) page.grey[y * 400 + x] = 0
  const layer = { width: 100, height: 50, rgb: new Uint8Array(15_000) }
  for (let y = 0; y < 50; y++) {
    for (let x = 0; x < 100; x++) layer.rgb.set(x < 51 ? [255, 0, 0] : [0, 0, 255], 3 * (y * 100 + x))
  }
  return { page, layer }
}
const at = (rgb: Uint8Array, x: number, y: number) => [
  ...rgb.subarray(3 * (y * 400 + x), 3 * (y * 400 + x) + 3),
]

describe('upsampler', () => {
  it.each([2, 5])(
    'stops at a line of %i pixels: each side keeps its own color up to the ink',
    (thickness) => {
      const { page, layer } = scene(thickness)
      const { rgb } = new Upsampler(page, layer).apply(layer)
      for (const x of [0, 150, 199, 201, 202]) expect(at(rgb, x, 77)).toEqual([255, 0, 0])
      for (const x of [203 + thickness, 210, 399]) expect(at(rgb, x, 77)).toEqual([0, 0, 255])
    },
  )

  it('blends where there is no line', () => {
    const { page, layer } = scene(0)
    const { rgb } = new Upsampler(page, layer).apply(layer)
    expect(at(rgb, 203, 77)[0]).toBeGreaterThan(60)
    expect(at(rgb, 203, 77)[2]).toBeGreaterThan(60)
  })

  it('gives a narrow closed place its own color, not its neighbours', () => {
    const { page, layer } = scene(0)
    for (let y = 0; y < 200; y++) for (const x of [100, 103]) page.grey[y * 400 + x] = 0
    for (let y = 0; y < 50; y++) layer.rgb.set([0, 255, 0], 3 * (y * 100 + 25))
    const [red, green] = at(new Upsampler(page, layer).apply(layer).rgb, 101, 77)
    expect(green).toBeGreaterThan(red!)
  })

  /**
   * A page 4096 px wide with a line at `line` that `draw` says the ink of, and a layer of an eighth: red left, blue right, and
   * where the layer holds ink a mix of both.
   */
  function wide(draw: (beside: number, y: number) => number) {
    const line = 2051
    const page = { width: 4096, height: 256, grey: new Uint8Array(4096 * 256).fill(255) }
    for (let y = 0; y < 256; y++)
      for (let x = 1900; x < 2200; x++) page.grey[y * 4096 + x] = 255 - draw(x - line, y)
    const layer = { width: 512, height: 32, rgb: new Uint8Array(3 * 512 * 32) }
    const ink = inkAtWorkSize(page.grey, page, { ...layer, paddedWidth: 512, paddedHeight: 32 })
    for (let at = 0; at < ink.length; at++) {
      const isLeft = at % 512 < line / 8
      layer.rgb.set(ink[at]! > 24 ? [128, 0, 128] : isLeft ? [255, 0, 0] : [0, 0, 255], 3 * at)
    }
    const { rgb } = new Upsampler(page, layer).apply(layer)
    /** Paper pixels `from` or more beside the middle of the line that have not the color of their side. */
    return (from = 0) => {
      let crossed = 0
      for (let at = 0; at < page.grey.length; at++) {
        const beside = (at % 4096) - line
        if (page.grey[at]! < 128 || Math.abs(beside) < from) continue
        if (rgb[3 * at + (beside < 0 ? 0 : 2)] !== 255 || rgb[3 * at + (beside < 0 ? 2 : 0)] !== 0) crossed++
      }
      return crossed
    }
  }

  it.each([
    ['a hairline', (beside: number) => (beside === 0 ? 255 : 0)],
    ['a grey hairline', (beside: number) => (beside === 0 ? 150 : 0)],
    ['a thick line', (beside: number) => (Math.abs(beside) < 40 ? 255 : 0)],
    ['a soft line', (beside: number) => Math.max(0, 255 - 40 * Math.abs(beside))],
  ])('E14 at 4096 px no color crosses %s', (_, draw) => {
    expect(wide(draw)()).toBe(0)
  })

  it('E14 at 4096 px the colors meet inside a gap that is closed at working size', () => {
    const crossed = wide((beside, y) => (Math.abs(beside) < 3 && Math.abs(y - 128) > 5 ? 255 : 0))
    expect(crossed(10)).toBe(0)
    expect(crossed(3)).toBeLessThan(60)
  })

  it('E14 a narrow place has the color of its cleanest layer pixel, not its neighbours’', () => {
    const page = { width: 800, height: 400, grey: new Uint8Array(320_000).fill(255) }
    // A closed box of 15 x 15 px about one layer pixel.
    for (let i = 0; i < 18; i++) {
      for (const k of [0, 1, 16, 17])
        page.grey[(200 + k) * 800 + 400 + i] = page.grey[(200 + i) * 800 + 400 + k] = 0
    }
    const layer = { width: 100, height: 50, rgb: new Uint8Array(15_000).fill(200) }
    layer.rgb.set([10, 20, 30], 3 * (26 * 100 + 51))
    const { rgb } = new Upsampler(page, layer).apply(layer)
    for (const [x, y] of [
      [402, 202],
      [408, 209],
      [415, 215],
    ] as const) {
      expect([...rgb.subarray(3 * (y * 800 + x), 3 * (y * 800 + x) + 3)]).toEqual([10, 20, 30])
    }
    expect(rgb[3 * (208 * 800 + 398)]).toBe(200)
  })

  it('U3 leaves the ink untouched: black stays black, grey darkens, paper shows the color', () => {
    const { page, layer } = scene(5)
    page.grey[0] = 128
    const { rgb } = underLines(layer, page)
    expect(at(rgb, 205, 10)).toEqual([0, 0, 0])
    expect(at(rgb, 0, 0)).toEqual([128, 0, 0])
    expect(at(rgb, 100, 10)).toEqual([255, 0, 0])
  })
})
