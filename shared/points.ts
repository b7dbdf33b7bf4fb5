/**
 * The point codec: a stroke's points as bytes, about 3 a point.
 *
 * Each point is x, y (1/8 page pixels) and pressure (0..255); each number is written as its difference d to the point before
 * (the first to 0), as the unsigned LEB128 of the zigzag `(d << 1) ^ (d >> 31)`. This is not lib0's `writeVarInt`.
 * Zigzag and LEB128: Protocol Buffers, "Encoding", signed integers.
 *
 * In memory, points are an `Int32Array` of x, y, pressure triples.
 */
import { limits } from './limits.ts'

/** Writes `points` (x, y, pressure triples); a trailing incomplete triple is refused with a RangeError. */
export function encodePoints(points: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  if (points.length % 3 !== 0) throw new RangeError('points must be x, y, pressure triples')
  const bytes: number[] = []
  const last = [0, 0, 0]
  for (let i = 0; i < points.length; i++) {
    const value = points[i]! | 0
    const delta = (value - last[i % 3]!) | 0
    last[i % 3] = value
    let rest = ((delta << 1) ^ (delta >> 31)) >>> 0
    while (rest >= 0x80) {
      bytes.push((rest & 0x7f) | 0x80)
      rest >>>= 7
    }
    bytes.push(rest)
  }
  return Uint8Array.from(bytes)
}

/**
 * Reads what `encodePoints` wrote. Returns null, never throws, when the bytes are cut short, hold a number over 32 bits, no
 * point, more than `limits.points`, a pressure outside 0..255 or a coordinate beyond `limits.coordinate`.
 */
export function decodePoints(bytes: Uint8Array): Int32Array<ArrayBuffer> | null {
  // A number takes at least a byte, so this bounds the allocation by what was really sent.
  const points = new Int32Array(Math.min(bytes.length, 3 * limits.points))
  const last = [0, 0, 0]
  let count = 0
  for (let at = 0; at < bytes.length;) {
    let zigzag = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 28 || (shift === 28 && byte > 0x0f)) return null
      zigzag |= (byte & 0x7f) << shift
      if (byte < 0x80) break
    }
    if (count === points.length) return null
    const axis = count % 3
    const value = (last[axis]! + ((zigzag >>> 1) ^ -(zigzag & 1))) | 0
    if (axis === 2 ? value < 0 || value > 255 : Math.abs(value) > limits.coordinate) return null
    last[axis] = value
    points[count++] = value
  }
  return count === 0 || count % 3 !== 0 ? null : points.slice(0, count)
}
