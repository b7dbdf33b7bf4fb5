import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isNothing, spliceBetween, spliced } from './splice.ts'

test('a splice makes one list of the other; there is none between equal lists', () => {
  const list = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 8 })
  fc.assert(
    fc.property(list, list, (before, after) => {
      expect(spliced(before, spliceBetween(before, after))).toEqual(after)
      expect(isNothing(spliceBetween(before, before))).toBe(true)
    }),
  )
})

test('only what differs in the middle is replaced', () => {
  expect(spliceBetween([1, 2, 3, 4], [1, 9, 8, 4])).toEqual({ at: 1, remove: 2, insert: [9, 8] })
})
