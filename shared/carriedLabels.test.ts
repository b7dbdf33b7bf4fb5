import { describe, expect, it } from 'vitest'
import { carriedLabels } from './carriedLabels.ts'
import type { GreyPage } from './picture.ts'
import { sidesOf } from './sides.ts'

const page = (): GreyPage => ({ width: 320, height: 320, grey: new Uint8Array(102_400).fill(255) })
const layer = { width: 40, height: 40 }
const labelled = (label: (x: number, y: number) => number) =>
  Int32Array.from({ length: 1600 }, (_, at) => label(at % 40, Math.floor(at / 40)))

describe('carried labels', () => {
  it('stop at a line off the layer’s grid, each side up to the ink', () => {
    const art = page()
    for (let y = 0; y < 320; y++) art.grey.fill(0, y * 320 + 163, y * 320 + 166)
    const labels = carriedLabels(
      labelled((x) => (x <= 20 ? 7 : 9)),
      sidesOf(art, layer),
    )
    for (let y = 0; y < 320; y++) {
      expect(labels[y * 320 + 162]).toBe(7)
      expect(labels[y * 320 + 166]).toBe(9)
    }
  })

  it('have smooth borders where no line is: a slanted one keeps within half a layer pixel of straight', () => {
    const labels = carriedLabels(
      labelled((x, y) => (x > y ? 1 : 2)),
      sidesOf(page(), layer),
    )
    for (let y = 40; y < 280; y++) {
      const border = labels.subarray(y * 320, (y + 1) * 320).indexOf(1)
      expect(Math.abs(border - y - 4)).toBeLessThanOrEqual(2)
    }
  })

  it('are only such as were given, also at the page’s edges', () => {
    const labels = carriedLabels(
      labelled((x, y) => (x + y) % 5),
      sidesOf(page(), layer),
    )
    expect(labels.every((label) => label >= 0 && label < 5)).toBe(true)
  })
})
