import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from './limits.ts'
import { decodePoints, encodePoints } from './points.ts'

const coordinate = fc.integer({ min: -limits.coordinate, max: limits.coordinate })
const point = fc.tuple(coordinate, coordinate, fc.integer({ min: 0, max: 255 }))

describe('point codec', () => {
  it('gives back every list of points within the limits', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 300 }), (points) => {
        expect([...decodePoints(encodePoints(points.flat()))!]).toEqual(points.flat())
      }),
    )
  })

  it('writes the bytes DESIGN 3.3 names: zigzag differences as LEB128', () => {
    // 0 -> +8, 0 -> -1, 0 -> 255; then +100, 0, 0.
    expect([...encodePoints([8, -1, 255, 108, -1, 255])]).toEqual([16, 1, 0xfe, 0x03, 0xc8, 0x01, 0, 0])
  })

  it('never throws on foreign bytes, and what it accepts is within the limits', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const points = decodePoints(bytes)
        if (!points) return
        expect(points.length % 3).toBe(0)
        for (let i = 0; i < points.length; i++) {
          const most = i % 3 === 2 ? 255 : limits.coordinate
          expect(Math.abs(points[i]!)).toBeLessThanOrEqual(most)
        }
      }),
    )
  })

  it('refuses cut, overlong, empty and too many points', () => {
    const whole = encodePoints([1000, 1000, 255])
    expect(decodePoints(whole.subarray(0, whole.length - 1))).toBeNull()
    expect(decodePoints(new Uint8Array())).toBeNull()
    expect(decodePoints(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0))).toBeNull()
    expect(decodePoints(encodePoints(new Array(3 * limits.points).fill(1)))).not.toBeNull()
    expect(decodePoints(encodePoints(new Array(3 * (limits.points + 1)).fill(1)))).toBeNull()
    expect(decodePoints(encodePoints([1, 1, 256]))).toBeNull()
  })
})
