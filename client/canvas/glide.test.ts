import { expect, it } from 'vitest'
import { glideTo, isThere, placeOf } from './glide.ts'

it('a pointer begins where it was told, and takes as long to the next place as it took to be told', () => {
  const first = glideTo(undefined, { x: 10, y: 10 }, 1_000)
  expect(placeOf(first, 1_000)).toEqual({ x: 10, y: 10 })
  const second = glideTo(first, { x: 20, y: 10 }, 1_050)
  expect(placeOf(second, 1_050)).toEqual({ x: 10, y: 10 })
  expect(placeOf(second, 1_075)).toEqual({ x: 15, y: 10 })
  expect(placeOf(second, 1_200)).toEqual({ x: 20, y: 10 })
  expect([isThere(second, 1_099), isThere(second, 1_100)]).toEqual([false, true])
})

it('it never jumps back: a place told on the way is reached from there; after a rest it is quick', () => {
  const second = glideTo(glideTo(undefined, { x: 0, y: 0 }, 0), { x: 100, y: 0 }, 100)
  const third = glideTo(second, { x: 100, y: 50 }, 150)
  expect(placeOf(third, 150)).toEqual({ x: 50, y: 0 })
  const rested = glideTo(third, { x: 0, y: 0 }, 60_000)
  expect(placeOf(rested, 60_110)).toEqual({ x: 0, y: 0 })
})
