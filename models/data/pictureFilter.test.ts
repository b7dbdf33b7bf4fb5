import { describe, expect, it } from 'vitest'

import { refusalOf, thumbnailSide } from './pictureFilter.ts'

type Box = readonly [left: number, top: number, width: number, height: number, color: readonly number[]]

function draw(...boxes: Box[]): Uint8Array {
  const rgba = new Uint8Array(4 * thumbnailSide * thumbnailSide)
  for (const [left, top, width, height, [r = 0, g = 0, b = 0]] of boxes) {
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) rgba.set([r, g, b, 255], 4 * (y * thumbnailSide + x))
    }
  }
  return rgba
}

const red = [220, 30, 30]
const green = [30, 180, 60]
const blue = [40, 60, 220]

describe('picture filter', () => {
  it('accepts a large picture of several colors', () => {
    expect(refusalOf(draw([8, 8, 48, 16, red], [8, 24, 48, 16, green], [8, 40, 48, 16, blue]))).toBeNull()
  })

  it('refuses an empty picture', () => {
    expect(refusalOf(draw())).toBe('empty')
    expect(refusalOf(draw([0, 0, 64, 64, [255, 255, 255]]))).toBe('empty')
  })

  it('refuses a speck', () => {
    expect(refusalOf(draw([30, 30, 6, 6, red]))).toBe('small')
  })

  it('refuses greys', () => {
    expect(refusalOf(draw([8, 8, 48, 24, [90, 90, 90]], [8, 32, 48, 24, [180, 180, 180]]))).toBe('colorless')
  })

  it('refuses fewer than three colors', () => {
    expect(refusalOf(draw([8, 8, 48, 48, red]))).toBe('plain')
  })

  it('refuses what is mostly black', () => {
    expect(refusalOf(draw([0, 0, 64, 40, [0, 0, 0]], [0, 40, 64, 8, red], [0, 48, 64, 8, green]))).toBe(
      'inky',
    )
  })
})
