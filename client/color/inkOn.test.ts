import { expect, test } from 'vitest'
import { inkOn } from './inkOn.ts'

/** As WCAG 2.2 defines it. */
function luminance(color: number): number {
  const [red, green, blue] = [color >> 16, (color >> 8) & 255, color & 255].map((byte) => {
    const share = byte / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}

test('text on any color has a contrast of at least 4.5', () => {
  for (let color = 0; color <= 0xffffff; color += 2053) {
    const there = luminance(color) + 0.05
    const ink = inkOn(color) === '#000000' ? 0.05 : 1.05
    expect(Math.max(there, ink) / Math.min(there, ink)).toBeGreaterThanOrEqual(4.5)
  }
  expect([inkOn('#ffffff'), inkOn('rgb(20 20 20)')]).toEqual(['#000000', '#ffffff'])
})
