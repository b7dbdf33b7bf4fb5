import { expect, it } from 'vitest'
import { Coverage } from './coverage.ts'

const covers = (n: number) => ({ clock: { 7: n }, live: { s: n }, lifted: [] })
const nothing = { clock: {}, live: {}, lifted: [] }

it('F6 a frame covers what was painted at its revision, its refined one too', () => {
  const coverage = new Coverage()
  for (const revision of [1, 2, 3, 4]) coverage.note(revision, covers(revision))
  expect(coverage.of(2).covers).toEqual(covers(2))
  expect(coverage.of(2).covers).toEqual(covers(2))
  expect(coverage.of(4).covers).toEqual(covers(4))
})

it('F6 never claims too much: not of a revision that came too late, nor of one long forgotten', () => {
  const coverage = new Coverage()
  for (let revision = 1; revision <= 5_000; revision++) coverage.note(revision, covers(revision))
  expect(coverage.of(10).covers).toEqual(nothing)
  expect(coverage.of(4_990).covers).toEqual(covers(4_990))
  expect(coverage.of(4_000).covers).toEqual(nothing)
})
