import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { Machine, Row } from '../report.ts'
import { capacityPage } from './capacity.ts'
import { commitsOf, leastSquares, predictedCpu, saturationOf } from './costs.ts'
import type { LoadResults } from './loadReport.ts'

const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')

it('the page of how much is needed says what the newest measurements say', async () => {
  const load = JSON.parse(await read('../results/load.json')) as LoadResults
  const bench = JSON.parse(await read('../results/bench.json')) as { machine: Machine; rows: Row[] }
  expect(await read('../../deploy/operations/capacity.md')).toBe(capacityPage(load, bench))
})

it('costs that made up the loads are found again, and none is below zero', () => {
  const rows = [
    [200, 0, 10],
    [10, 300, 5],
    [0, 40, 90],
    [70, 80, 90],
  ]
  const found = leastSquares(
    rows,
    rows.map(([a, b, c]) => 0.5 * a! + 3 * b! + 0.25 * c!),
  )
  expect(found.map((value) => Math.round(1000 * value) / 1000)).toEqual([0.5, 3, 0.25])
  const bounded = leastSquares(
    rows,
    rows.map(([a, b, c]) => 0.5 * a! + 3 * b! - 0.25 * c!),
  )
  expect(Math.min(...bounded)).toBe(0)
  expect(() => leastSquares([[1]], [NaN])).toThrow('not measured')
})

it('a server commits one batch at a time, and its loop is full where the model says so', () => {
  expect(commitsOf(10, 5)).toBeCloseTo(9.52, 2)
  expect(commitsOf(1_000_000, 5)).toBeCloseTo(200, 1)
  const loop = { person: 0, stroke: 0.2, delivery: 0.1, piece: 0, commit: 1 }
  const load = { rooms: 50, guests: 4, drawing: 0.5, seconds: 1, rate: 1, live: 0 }
  const strokes = saturationOf({ loop, commitMs: 5 }, load)
  expect(predictedCpu(loop, 5, { load, strokes, deliveries: 3 * strokes })).toBeCloseTo(1000, 3)
})
