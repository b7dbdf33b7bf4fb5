import { describe, expect, it } from 'vitest'
import { HintMapper } from './hintmap.ts'
import { pixelOf } from './raster.ts'
import { regionsOf } from './regions.ts'

const SIZE = 64
const work = { width: SIZE, height: SIZE, paddedWidth: SIZE, paddedHeight: SIZE }
const red = pixelOf(0xff0000)
const blue = pixelOf(0x0000ff)

/** A page with a two-pixel wide wall at x = 31, 32, open between `gapTop` and `gapBottom`. */
function walled(gapTop = 0, gapBottom = 0): Uint8Array {
  const ink = new Uint8Array(SIZE * SIZE)
  for (let y = 0; y < SIZE; y++) {
    if (y >= gapTop && y < gapBottom) continue
    ink[y * SIZE + 31] = ink[y * SIZE + 32] = 255
  }
  return ink
}

function dot(pixels: Uint32Array, x: number, y: number, radius: number, pixel: number): void {
  for (let dy = -radius; dy <= radius; dy++) {
    for (let dx = -radius; dx <= radius; dx++) pixels[(y + dy) * SIZE + x + dx] = pixel
  }
}

const spread = (ink: Uint8Array, paint: (pixels: Uint32Array) => void) => {
  const pixels = new Uint32Array(SIZE * SIZE)
  paint(pixels)
  return new HintMapper({ ink, work, regions: regionsOf(ink, work) }).spread(pixels)
}

describe('hint map', () => {
  it('is all zero without hints', () => {
    const map = spread(walled(), () => {})
    expect(map.color.some((pixel) => pixel !== 0)).toBe(false)
    expect(map.reach.some((value) => value !== 0)).toBe(false)
    expect(map.near.some((value) => value !== 0)).toBe(false)
  })

  it('spreads two hints up to the line between them, however near the line one lies', () => {
    const map = spread(walled(), (pixels) => {
      dot(pixels, 5, 5, 2, red)
      dot(pixels, 36, 60, 1, blue)
    })
    for (let y = 0; y < SIZE; y++) {
      expect(map.color[y * SIZE + 29]).toBe(red)
      expect(map.color[y * SIZE + 34]).toBe(blue)
    }
  })

  it('keeps a color out of a gap of a few pixels while the other side has its own', () => {
    const map = spread(walled(30, 33), (pixels) => {
      dot(pixels, 28, 31, 1, red)
      dot(pixels, 60, 5, 1, blue)
    })
    expect(map.color[31 * SIZE + 36]).toBe(blue)
  })

  it('tells what was reached over ink: a lone hint fills the page, faintly behind the wall', () => {
    const map = spread(walled(), (pixels) => dot(pixels, 5, 5, 2, red))
    expect(map.color[60 * SIZE + 60]).toBe(red)
    expect(map.reach[60 * SIZE + 10]).toBe(255)
    expect(map.reach[60 * SIZE + 60]).toBeLessThan(128)
    expect(map.near[5 * SIZE + 5]).toBe(255)
    expect(map.near[60 * SIZE + 60]).toBeLessThan(map.near[20 * SIZE + 20]!)
    // In its own region the hint is never far.
    expect(map.near[62 * SIZE + 3]).toBeGreaterThanOrEqual(160)
  })

  it('drops what a stroke spilled over a line, but not a stroke that lies on a line altogether', () => {
    const spill = spread(walled(), (pixels) => {
      for (let x = 8; x < 36; x++) pixels[20 * SIZE + x] = red
      dot(pixels, 60, 60, 1, blue)
    })
    expect(spill.color[20 * SIZE + 34]).toBe(blue)
    const onLine = spread(walled(), (pixels) => {
      pixels[20 * SIZE + 31] = red
    })
    expect(onLine.color[0]).toBe(red)
  })

  it('counts a hint as near in its whole region, but not the lesser piece of a stroke across a line', () => {
    const map = spread(walled(), (pixels) => {
      for (let x = 14; x < 44; x++) for (let y = 20; y < 23; y++) pixels[y * SIZE + x] = red
    })
    expect(map.near[62 * SIZE + 1]).toBeGreaterThanOrEqual(160)
    expect(map.color[62 * SIZE + 62]).toBe(red)
    expect(map.reach[62 * SIZE + 62]).toBe(255)
    expect(map.near[62 * SIZE + 62]).toBeLessThan(160)
  })

  it('gives the same map again after another one', () => {
    const ink = walled()
    const mapper = new HintMapper({ ink, work, regions: regionsOf(ink, work) })
    const one = new Uint32Array(SIZE * SIZE)
    dot(one, 10, 10, 3, red)
    const two = new Uint32Array(SIZE * SIZE)
    dot(two, 50, 50, 3, blue)
    const first = mapper.spread(one).color.slice()
    mapper.spread(two)
    expect(mapper.spread(one).color).toEqual(first)
  })
})
