import { describe, expect, it } from 'vitest'

import { differenceHash, isSameDrawing } from './differenceHash.ts'

const side = 64

function stripes(period: number, shade: number): Uint8Array {
  const rgba = new Uint8Array(4 * side * side)
  for (let y = 4; y < 60; y++) {
    for (let x = 4; x < 60; x++) {
      const value = Math.floor((x + y) / period) % 2 === 0 ? shade : 230
      rgba.set([value, value, value, 255], 4 * (y * side + x))
    }
  }
  return rgba
}

describe('difference hash', () => {
  it('knows a drawing again in other colors', () => {
    const one = differenceHash(stripes(9, 20), side)
    expect(isSameDrawing(one, differenceHash(stripes(9, 120), side))).toBe(true)
  })

  it('tells different drawings apart', () => {
    const one = differenceHash(stripes(9, 20), side)
    expect(isSameDrawing(one, differenceHash(stripes(15, 20), side))).toBe(false)
  })
})
