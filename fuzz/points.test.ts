import fc from 'fast-check'
import { expect, it } from 'vitest'
import { limits } from '../shared/limits.ts'
import { decodePoints, encodePoints } from '../shared/points.ts'
import { campaign, campaignMs, corpus, keeping, mutated } from './campaign.fixture.ts'

/** Whatever bytes: points within the limits, or null; and points that are read are written and read the same again. */
const check = keeping('points', (bytes) => {
  const points = decodePoints(bytes)
  if (!points) return
  expect(points.length % 3).toBe(0)
  expect(points.length).toBeGreaterThan(0)
  expect(points.length).toBeLessThanOrEqual(3 * limits.points)
  for (let i = 0; i < points.length; i++) {
    if (i % 3 === 2) expect(points[i]! >= 0 && points[i]! <= 255).toBe(true)
    else expect(Math.abs(points[i]!)).toBeLessThanOrEqual(limits.coordinate)
  }
  expect(decodePoints(encodePoints(points))).toEqual(points)
})

const coordinate = fc.oneof(
  fc.integer({ min: -limits.coordinate, max: limits.coordinate }),
  fc.constantFrom(-limits.coordinate, limits.coordinate, 0),
)
const point = fc.tuple(coordinate, coordinate, fc.nat(255))

it('Z1 the point codec: every case of the corpus', async () => {
  for (const { bytes } of corpus('points')) await check(bytes)
})

it(
  'Z1 the point codec: any bytes are points within the limits or refused',
  async () => {
    const sound = [
      [0, 0, 255],
      [5, 9, 0, 70_000 / 2, -9, 255],
      Array.from({ length: 300 }, (_, i) => i % 256),
    ]
    await campaign(
      3000,
      fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated(sound.map((each) => encodePoints(each)))),
      check,
    )
  },
  campaignMs,
)

it(
  'Z1 the point codec: what is written is read',
  () =>
    campaign(1000, fc.array(point, { minLength: 1, maxLength: 100 }), (points) => {
      expect([...decodePoints(encodePoints(points.flat()))!]).toEqual(points.flat())
    }),
  campaignMs,
)
