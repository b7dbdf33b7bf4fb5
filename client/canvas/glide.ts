/** A pointer that moves on smoothly from one told place to the next, in about the time that passes between two of them. */
import type { Point } from './view.ts'

export type Glide = { from: Point; to: Point; at: number; ms: number }

const SHORTEST_MS = 30
const LONGEST_MS = 110

/** Goes on to a place from wherever the pointer is by now. */
export function glideTo(glide: Glide | undefined, to: Point, now: number): Glide {
  if (!glide) return { from: to, to, at: now, ms: 0 }
  return {
    from: placeOf(glide, now),
    to,
    at: now,
    ms: Math.min(LONGEST_MS, Math.max(SHORTEST_MS, now - glide.at)),
  }
}

export function placeOf({ from, to, at, ms }: Glide, now: number): Point {
  const share = ms <= 0 ? 1 : Math.min(1, Math.max(0, (now - at) / ms))
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

export const isThere = ({ at, ms }: Glide, now: number) => now - at >= ms
