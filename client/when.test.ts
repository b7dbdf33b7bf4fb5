import { expect, it } from 'vitest'
import { countOf, whenOf } from './when.ts'

const now = new Date(2026, 10, 3, 18, 30).getTime()
const before = (minutes: number) => whenOf(now - 60_000 * minutes, now)

it('says moments as people do', () => {
  expect([before(0), before(-5), before(0.9), before(1), before(59.9)]).toEqual([
    'just now',
    'just now',
    'just now',
    '1 min ago',
    '59 min ago',
  ])
  expect(before(90)).toMatch(/^today .*5.*00/)
  expect(before(60 * 24)).toMatch(/2/)
  expect(before(60 * 24)).not.toMatch(/today/)
})

it('counts', () => {
  expect([0, 1, 2].map((count) => countOf(count, 'stroke'))).toEqual(['0 strokes', '1 stroke', '2 strokes'])
})
