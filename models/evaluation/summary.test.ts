import { expect, it } from 'vitest'
import { chart } from './chart.ts'
import type { Row } from './measurePicture.ts'
import type { MethodName } from './method.ts'
import { compareWithBest, curvesOf, refinedBeatsDraft } from './summary.ts'
import { targetsOf } from './targets.ts'

const row = (
  method: MethodName,
  picture: string,
  psnr: number,
  difference: number,
  more: Partial<Row> = {},
): Row => ({
  group: 'styles',
  picture,
  source: 'made-up',
  lineStyle: 'clean',
  seed: 0,
  strokes: 10,
  isPaperHinted: true,
  method,
  psnr,
  difference,
  ...more,
})

const rows = ['a', 'b', 'c'].flatMap((picture, i) => [
  row('refined', picture, 25 + i, 2),
  row('draft', picture, 24 + 2 * i, 2.5),
  row('fill', picture, 20, 5),
  row('levin', picture, 22 + i, 4),
])

it('takes a picture as the mean of its seeds and a group as the median of its pictures', () => {
  const twice = [...rows, row('refined', 'a', 35, 2, { seed: 1 })]
  expect(curvesOf(twice, 'psnr').refined).toEqual([
    { strokes: 10, pictures: 3, median: 27, low: 26.5, high: 28.5 },
  ])
})

it('compares with the best baseline, picture by picture, where every baseline ran', () => {
  const comparison = compareWithBest(rows, 10, 'psnr')!
  expect(comparison).toMatchObject({ baseline: 'levin', pictures: 3, gain: 3, interval: { low: 3, high: 3 } })
  const slow = rows.filter(({ method, picture }) => method !== 'levin' || picture === 'a')
  expect(compareWithBest(slow, 10, 'psnr')!.pictures).toBe(1)
  expect(compareWithBest(rows, 3, 'psnr')).toBeUndefined()
})

it('counts a win only when both measures are better', () => {
  expect(refinedBeatsDraft(rows)).toBeCloseTo(1 / 3)
})

it('judges targets: reached, missed by how much, not measured', () => {
  const targets = targetsOf(rows)
  const find = (start: string) => targets.find(({ what }) => what.startsWith(start))!
  expect(find('PSNR over the best outside baseline, whole held-out styles').missing).toBe(0)
  expect(find('mean CIEDE2000 beside the best outside baseline, whole').missing).toBe(0)
  expect(find('refined better than draft').missing).toBeCloseTo(80 - 100 / 3)
  expect(find('PSNR of anime figures at 10').missing).toBeNaN()
})

it('draws a line for every method, inside the picture', () => {
  const more = [...rows, ...rows.map((one) => ({ ...one, strokes: 3, psnr: one.psnr! - 4 }))]
  const svg = chart(curvesOf(more, 'psnr'), { title: 'PSNR', axis: 'dB' })
  expect(svg.match(/<polyline/g)).toHaveLength(4)
  expect(svg).not.toMatch(/NaN|undefined/)
  for (const [, y] of svg.matchAll(/cy="([\d.]+)"/g)) expect(Number(y)).toBeGreaterThan(30)
})
