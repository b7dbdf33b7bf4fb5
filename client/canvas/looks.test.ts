import { expect, test } from 'vitest'
import { partsOf, slowestOf, type Sight } from './looks.ts'

const sight = (more: Partial<Sight>): Sight => ({
  colors: 'refined',
  comparison: null,
  color: true,
  hints: true,
  strength: 1,
  ...more,
})

test('V5 one look has the whole screen, two share it; hints lie over a comparison only where they are compared', () => {
  expect(partsOf(sight({}))).toEqual([{ look: 'refined', from: 0, to: 1, hints: true }])
  expect(partsOf(sight({ color: false }))).toEqual([{ look: 'lines', from: 0, to: 1, hints: true }])
  expect(partsOf(sight({ comparison: { left: 'hints', right: 'draft', at: 0.3 } }))).toEqual([
    { look: 'hints', from: 0, to: 0.3, hints: true },
    { look: 'draft', from: 0.3, to: 1, hints: false },
  ])
})

test('V2 the preview goes with the picture that is the last to show a stroke', () => {
  const both = (left: 'lines' | 'flats' | 'draft' | 'hints', right: 'refined' | 'draft' | 'lines') =>
    slowestOf(sight({ comparison: { left, right, at: 0.5 } }))
  expect(slowestOf(sight({}))).toBe('refined')
  expect(both('lines', 'refined')).toBe('refined')
  expect(both('draft', 'refined')).toBe('draft')
  expect(both('flats', 'draft')).toBe('flats')
  expect(both('hints', 'lines')).toBe('lines')
})
