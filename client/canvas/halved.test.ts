import { expect, test } from 'vitest'
import { halved } from './halved.ts'

test('a half is the mean of four pixels, and nothing of an odd edge is lost', () => {
  const grey = Uint8Array.of(0, 100, 255, 100, 200, 255, 9, 9, 1)
  expect(halved({ width: 3, height: 3, grey })).toEqual({
    width: 2,
    height: 2,
    grey: Uint8Array.of(100, 255, 9, 1),
  })
})
