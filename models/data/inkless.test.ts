import { describe, expect, it } from 'vitest'

import { fillFromNearest, takeInkOut } from './inkless.ts'
import { close, dilate, erode } from './morphology.ts'

const side = 64

function outlined(): Uint8Array {
  const rgba = new Uint8Array(4 * side * side)
  for (let y = 8; y < 56; y++) {
    for (let x = 8; x < 56; x++) {
      const isLine = x < 11 || y < 11 || x > 52 || y > 52
      rgba.set(isLine ? [10, 10, 10, 255] : [220, 60, 40, 255], 4 * (y * side + x))
    }
  }
  return rgba
}

describe('inkless', () => {
  it('gives every ink pixel the color of the nearest clean one, so that no dark halo stays', () => {
    const { rgba, ink } = takeInkOut(outlined(), side, side, 2)
    expect([...rgba.subarray(4 * (32 * side + 12), 4 * (32 * side + 12) + 4)]).toEqual([220, 60, 40, 255])
    for (let i = 0; i < side * side; i++) {
      if ((rgba[4 * i + 3] ?? 0) > 0) expect(rgba[4 * i]).toBe(220)
    }
    expect(ink[32 * side + 9]).toBeGreaterThan(200)
    expect(ink[32 * side + 32]).toBe(0)
  })

  it('keeps large dark areas: they are color', () => {
    const rgba = new Uint8Array(4 * side * side)
    for (let i = 0; i < side * side; i++)
      rgba.set(i % side < 40 ? [10, 10, 10, 255] : [220, 60, 40, 255], 4 * i)
    expect(takeInkOut(rgba, side, side, 2).rgba[4 * (32 * side + 8)]).toBe(10)
  })

  it('leaves a picture alone when all of it is ink', () => {
    const rgba = new Uint8Array(4 * 16).fill(7)
    expect(fillFromNearest(rgba, new Uint8Array(16).fill(255), 4, 4)).toEqual(rgba)
  })
})

describe('morphology', () => {
  it('takes the extreme of a square around each pixel, borders included', () => {
    const grey = new Uint8Array(25)
    grey[0] = 200
    grey[12] = 90
    expect([...dilate(grey, 5, 5, 1)]).toEqual([
      200, 200, 0, 0, 0, 200, 200, 90, 90, 0, 0, 90, 90, 90, 0, 0, 90, 90, 90, 0, 0, 0, 0, 0, 0,
    ])
    expect(erode(dilate(grey, 5, 5, 1), 5, 5, 1)[12]).toBe(90)
  })

  it('closes dark lines thinner than its square and no others', () => {
    const grey = new Uint8Array(side * side).fill(255)
    for (let y = 0; y < side; y++) {
      grey[y * side + 10] = 0
      for (let x = 30; x < 50; x++) grey[y * side + x] = 0
    }
    const closed = close(grey, side, side, 3)
    expect(closed[32 * side + 10]).toBe(255)
    expect(closed[32 * side + 40]).toBe(0)
  })
})
