import { describe, expect, it } from 'vitest'
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

  it('U3 leaves the ink untouched: black stays black, grey darkens, paper shows the color', () => {
    const { page, layer } = scene(5)
    page.grey[0] = 128
    const { rgb } = underLines(layer, page)
    expect(at(rgb, 205, 10)).toEqual([0, 0, 0])
    expect(at(rgb, 0, 0)).toEqual([128, 0, 0])
    expect(at(rgb, 100, 10)).toEqual([255, 0, 0])
  })
})
