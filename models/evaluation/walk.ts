/** The path of a hand that draws a short line within a shape. */
import type { Random } from './random.ts'

export type Walk = {
  /** Pixels. */
  length: number
  step: number
  /** May run over the shape's edge for a step or two, then lifts. */
  sloppy: boolean
  /** Turns sharply now and then. */
  scribble: boolean
}

const OVERSHOOT = 2
/** Nor does it run over before it drew so many times as much inside. */
const INSIDE_SHARE = 4

/** Points (x, y) in pixels from (x, y) on; inside `mask` (`side` squared) unless sloppy. */
export function walk(
  random: Random,
  mask: Uint8Array,
  side: number,
  x: number,
  y: number,
  { length, step, sloppy, scribble }: Walk,
): [number, number][] {
  const points: [number, number][] = [[x, y]]
  const isOnPage = (px: number, py: number) => px >= 0 && py >= 0 && px < side && py < side
  const isInside = (px: number, py: number) => mask[Math.floor(py) * side + Math.floor(px)] === 1
  let angle = random.between(0, 2 * Math.PI)
  let over = 0
  for (let i = 0; i < length / step; i++) {
    let turn = scribble && i % 4 === 3 ? 2.5 : 0.35 * random.normal()
    let next: [number, number] | undefined
    for (let tries = 0; tries < 6 && !next; tries++) {
      const [px, py] = points.at(-1)!
      const at: [number, number] = [px + step * Math.cos(angle + turn), py + step * Math.sin(angle + turn)]
      if (isOnPage(...at) && (sloppy || isInside(...at))) next = at
      else turn = random.between(-Math.PI, Math.PI)
    }
    if (!next) break
    angle += turn
    if (!isInside(...next) && ++over > Math.min(OVERSHOOT, points.length / INSIDE_SHARE)) break
    points.push(next)
  }
  return points
}
