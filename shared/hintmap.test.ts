import { describe, expect, it } from 'vitest'
import { HintMapper } from './hintmap.ts'
import { pixelOf } from './raster.ts'
import { regionsOf } from './regions.ts'

const SIZE = 64
const work = { width: SIZE, height: SIZE, paddedWidth: SIZE, paddedHeight: SIZE }
const red = pixelOf(0xff0000)
const blue = pixelOf(0x0000ff)
const white = pixelOf(0xffffff)

/** A page with a two-pixel wide wall at x = 31, 32, open between `gapTop` and `gapBottom`. */
function walled(gapTop = 0, gapBottom = 0): Uint8Array {
  const ink = new Uint8Array(SIZE * SIZE)
  for (let y = 0; y < SIZE; y++) {
    if (y >= gapTop && y < gapBottom) continue
    ink[y * SIZE + 31] = ink[y * SIZE + 32] = 255
  }
  return ink
}

/** A drawing on paper: a box with a wall in its middle, open at the bottom for `gap` pixels. */
function boxed(gap = 0): Uint8Array {
  const ink = new Uint8Array(SIZE * SIZE)
  for (let i = 10; i < 54; i++) {
    for (const at of [10, 11, 52, 53]) ink[i * SIZE + at] = ink[at * SIZE + i] = 255
    ink[i * SIZE + 31] = ink[i * SIZE + 32] = 255
  }
  for (let x = 21 - (gap >> 1); x < 21 + (gap >> 1); x++) ink[52 * SIZE + x] = ink[53 * SIZE + x] = 0
  return ink
}
const at = (x: number, y: number) => y * SIZE + x

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

  it('tells what was reached over ink: a lone hint fills the page, faintly behind the walls', () => {
    const map = spread(boxed(), (pixels) => dot(pixels, 5, 5, 2, red))
    expect(map.color[at(60, 60)]).toBe(red)
    expect(map.color[at(20, 30)]).toBe(red)
    expect(map.reach[at(60, 60)]).toBe(255)
    expect(map.reach[at(20, 30)]).toBeLessThan(128)
    expect(map.near[at(5, 5)]).toBe(255)
    expect(map.near[at(20, 30)]).toBeLessThan(map.near[at(5, 20)]!)
    // In its own region the hint is never far.
    expect(map.near[at(60, 62)]).toBeGreaterThanOrEqual(160)
  })

  it('H5 open paper that nobody hinted is white, and a hint on it colors all of it', () => {
    const inside = spread(boxed(), (pixels) => dot(pixels, 20, 30, 1, red))
    expect([at(3, 3), at(60, 30)].map((place) => inside.color[place])).toEqual([white, white])
    expect(inside.reach[at(3, 3)]).toBe(255)
    expect(inside.near[at(3, 3)]).toBe(160)
    const both = spread(boxed(), (pixels) => {
      dot(pixels, 20, 30, 1, red)
      dot(pixels, 60, 30, 1, blue)
    })
    expect([at(3, 3), at(60, 30)].map((place) => both.color[place])).toEqual([blue, blue])
  })

  it('H5 a color does not run out through an open outline', () => {
    const map = spread(boxed(16), (pixels) => dot(pixels, 20, 30, 1, red))
    expect(map.color[at(21, 48)]).toBe(red)
    expect(map.near[at(14, 14)]).toBeGreaterThanOrEqual(160)
    expect(map.color[at(21, 61)]).toBe(white)
  })

  it('H5 of two colors on open paper the more open one has it, the other only what is less open', () => {
    const ink = new Uint8Array(SIZE * SIZE)
    // A shirt without a hem.
    for (let x = 8; x < 56; x++) ink[at(x, 40)] = ink[at(x, 41)] = 255
    for (let y = 40; y < 56; y++) for (const x of [8, 9, 54, 55]) ink[at(x, y)] = 255
    const map = spread(ink, (pixels) => {
      dot(pixels, 50, 5, 1, blue)
      dot(pixels, 32, 46, 1, red)
    })
    expect(map.color[at(20, 45)]).toBe(red)
    for (const [x, y] of [
      [3, 60],
      [60, 60],
      [3, 20],
      [32, 62],
    ] as const)
      expect(map.color[at(x, y)]).toBe(blue)
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
    const map = spread(boxed(), (pixels) => {
      for (let x = 22; x < 38; x++) for (let y = 13; y < 16; y++) pixels[at(x, y)] = red
    })
    expect(map.near[at(18, 48)]).toBeGreaterThanOrEqual(160)
    expect(map.color[at(48, 48)]).toBe(red)
    expect(map.reach[at(48, 48)]).toBe(255)
    expect(map.near[at(48, 48)]).toBeLessThan(160)
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
