import { converter, differenceCiede2000 } from 'culori'
import { expect, it } from 'vitest'
import { randomOf } from '../random.ts'
import { ciede2000, meanDifference } from './ciede2000.ts'
import { labOf, labOfColor } from './lab.ts'

const pairs = () => {
  const random = randomOf('pairs')
  return Array.from({ length: 500 }, (_, i) => {
    const first = [random.below(256), random.below(256), random.below(256)]
    // Half of them close to each other, where most results lie.
    const second = first.map((value) =>
      i % 2 ? random.below(256) : Math.min(255, Math.max(0, value + random.below(9) - 4)),
    )
    return Uint8Array.from([...first, ...second])
  })
}

const css = (rgb: Uint8Array, i: number) => ({
  mode: 'rgb' as const,
  r: rgb[3 * i]! / 255,
  g: rgb[3 * i + 1]! / 255,
  b: rgb[3 * i + 2]! / 255,
})

it('turns sRGB into the Lab that culori finds', () => {
  const toLab = converter('lab65')
  for (const rgb of pairs()) {
    const lab = labOf(rgb)
    for (const i of [0, 1]) {
      const { l, a, b } = toLab(css(rgb, i))
      expect(Math.hypot(lab[3 * i]! - l, lab[3 * i + 1]! - a, lab[3 * i + 2]! - b)).toBeLessThan(0.01)
    }
  }
})

it('finds the differences that culori finds', () => {
  const difference = differenceCiede2000()
  for (const rgb of pairs()) {
    const lab = labOf(rgb)
    expect(Math.abs(ciede2000(lab, 0, lab, 1) - difference(css(rgb, 0), css(rgb, 1)))).toBeLessThan(0.02)
  }
})

it('finds the differences of the published test data', () => {
  // Sharma, Wu, Dalal 2005, table 1: pairs 1, 7, 17 and 25.
  const published: [number[], number[], number][] = [
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  ]
  for (const [first, second, difference] of published) {
    expect(ciede2000(Float32Array.from(first), 0, Float32Array.from(second), 0)).toBeCloseTo(difference, 3)
  }
})

it('takes the mean where it is asked to, and is nothing where there is nothing', () => {
  const black = labOf(new Uint8Array(6))
  const half = labOf(Uint8Array.of(0, 0, 0, 255, 255, 255))
  expect(meanDifference(black, half, Uint8Array.of(1, 0))).toBe(0)
  expect(meanDifference(black, half, Uint8Array.of(1, 1))).toBeCloseTo(50, 1)
  expect(meanDifference(black, half, Uint8Array.of(0, 0))).toBeNaN()
  expect(labOfColor(0xffffff)[0]).toBeCloseTo(100, 3)
})
