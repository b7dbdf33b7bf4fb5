import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fillRegion, Fills, type Region } from './fill.ts'
import { goldenPage, seeded } from './golden.fixture.ts'

const told = ({ rect, mask }: Region) => JSON.stringify(rect) + Buffer.from(mask).toString('base64')

test('H4 a region is the same whichever of its pixels was filled first, and whatever was filled before', () => {
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const random = seeded(seed)
      const ink = goldenPage(random, 100, 75).map((grey) => 255 - grey)
      const page = { ink, stride: 100, width: 90, height: 75 }
      const fills = new Fills(page)
      for (let i = 0; i < 20; i++) {
        const [x, y, gap] = [random(92) - 1, random(77) - 1, random(9)]
        expect(told(fills.region(x, y, gap))).toBe(told(fillRegion(page, x, y, gap)))
      }
    }),
    { numRuns: 20 },
  )
})
