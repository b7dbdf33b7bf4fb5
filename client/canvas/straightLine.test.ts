import { expect, test } from 'vitest'
import { lineEnd } from './straightLine.ts'

const at = (x: number, y: number) => ({ x, y, pressure: 200 })

test('a line ends where the pen is', () => {
  expect(lineEnd(at(10, 20), at(300, 77), false)).toEqual(at(300, 77))
})

test('snapped, it lies in steps of 15 degrees and ends beside the pen', () => {
  expect(lineEnd(at(10, 20), at(410, 50), true)).toEqual(at(410, 20))
  expect(lineEnd(at(0, 0), at(-20, 500), true)).toEqual(at(0, 500))
  expect(lineEnd(at(0, 0), at(300, 320), true)).toEqual(at(310, 310))
})

test('a line to its own start stays a dot', () => {
  expect(lineEnd(at(5, 5), at(5, 5), true)).toEqual(at(5, 5))
})
