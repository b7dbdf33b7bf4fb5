/**
 * One gesture that moves the page, from the first finger to the last: knows how the page would lie if nothing held it, so that it
 * snaps upright lightly and lets go again. Two fingers turn the page only once they clearly twist, or every zoom would tilt it.
 */
import { pinch, turnAt, type Point, type View } from './view.ts'

const QUARTER = Math.PI / 2
/** So near to upright or lying on a side, the page snaps. */
const SNAP = (4 * Math.PI) / 180
/** So far fingers twist before the page turns. */
const TWIST = (10 * Math.PI) / 180

/** The angle, or the quarter turn it is near to. */
export function snapped(turn: number): number {
  const quarter = QUARTER * Math.round(turn / QUARTER)
  if (Math.abs(turn - quarter) >= SNAP) return turn
  return quarter <= -Math.PI ? Math.PI : quarter
}

/** The way from one angle to another, the shorter one. */
function between(from: number, to: number): number {
  const way = to - from
  return way > Math.PI ? way - 2 * Math.PI : way < -Math.PI ? way + 2 * Math.PI : way
}

export class PageMove {
  #free: View
  /** How far the fingers twisted so far; null once the page turns with them. */
  #twist: number | null = 0

  constructor(view: View) {
    this.#free = view
  }

  pinch(before: readonly [Point, Point], after: readonly [Point, Point]): View {
    const middle = { x: (after[0].x + after[1].x) / 2, y: (after[0].y + after[1].y) / 2 }
    const next = pinch(this.#free, before, after)
    if (this.#twist === null) this.#free = next
    else {
      const angle = between(this.#free.turn, next.turn)
      this.#twist += angle
      this.#free = turnAt(next, -angle, middle)
      if (Math.abs(this.#twist) > TWIST) this.#twist = null
    }
    return this.#snapped(middle)
  }

  turn(angle: number, at: Point): View {
    this.#free = turnAt(this.#free, angle, at)
    return this.#snapped(at)
  }

  #snapped(at: Point): View {
    return turnAt(this.#free, snapped(this.#free.turn) - this.#free.turn, at)
  }
}
