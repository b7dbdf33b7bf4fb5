import { expect, it } from 'vitest'
import { randomOf } from '../random.ts'
import { gradientDeviation, gradientsOf } from './gradientSimilarity.ts'
import { labOf } from './lab.ts'
import { grey, painted } from './pictures.fixture.ts'
import { psnr } from './psnr.ts'
import { ssim, structureOf } from './ssim.ts'

const SIDE = 64
const disc = painted(SIDE, (x, y) => ((x - 32) ** 2 + (y - 32) ** 2 < 400 ? 0xcc3344 : 0xffffff))
const noisy = (levels: number) => {
  const random = randomOf('noise')
  return {
    ...disc,
    rgb: disc.rgb.map((value) => Math.min(255, Math.max(0, value + levels * random.normal()))),
  }
}
const deviation = (other: typeof disc) =>
  gradientDeviation(gradientsOf(labOf(other.rgb), SIDE), gradientsOf(labOf(disc.rgb), SIDE))
const structure = (other: typeof disc) => ssim(structureOf(other), structureOf(disc))

it('PSNR: equal pictures 60 dB, one level apart 48.13 dB, black against white 0 dB', () => {
  expect(psnr(disc.rgb, disc.rgb)).toBe(60)
  const level = painted(SIDE, () => grey(100)).rgb
  expect(psnr(level, painted(SIDE, () => grey(101)).rgb)).toBeCloseTo(48.13, 2)
  expect(psnr(painted(SIDE, () => 0).rgb, painted(SIDE, () => 0xffffff).rgb)).toBe(0)
})

it('SSIM: 1 for equal pictures, less with more noise, what the formula says for two flat ones', () => {
  expect(structure(disc)).toBeCloseTo(1, 4)
  expect(structure(noisy(5))).toBeLessThan(1)
  expect(structure(noisy(20))).toBeLessThan(structure(noisy(5)))
  const flat = ssim(structureOf(painted(SIDE, () => grey(100))), structureOf(painted(SIDE, () => grey(200))))
  expect(flat).toBeCloseTo((2 * 100 * 200 + 6.5025) / (100 ** 2 + 200 ** 2 + 6.5025), 2)
})

it('gradients: 0 for equal pictures, an edge that is gone is worse than faint noise', () => {
  expect(deviation(disc)).toBeCloseTo(0, 6)
  const gone = painted(SIDE, () => 0xffffff)
  expect(deviation(gone)).toBeGreaterThan(deviation(noisy(1)))
})
