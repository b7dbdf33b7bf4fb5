/**
 * From pointer events to a stroke's points: x, y in 1/8 page pixels, pressure 0..255.
 *
 * Only a pen has pressure; and a pen that reports exactly 0.5 has none either (Pointer Events 3, `pressure`): both give 255.
 * Points that hardly moved are dropped; the first is always kept, so a tap leaves a dot.
 */
import { limits } from '../../shared/limits.ts'
import { toPage, type Point, type View } from './view.ts'

export const UNITS = 8
export const FULL_PRESSURE = 255
const NO_PRESSURE_DEVICE = 0.5
/** In 1/8 page pixels and in screen pixels: whichever is longer must be exceeded. */
const LEAST_MOVE = 4
const LEAST_SCREEN_MOVE = 0.75
const LEAST_PRESSURE_CHANGE = 12

export type PenSample = { x: number; y: number; pressure: number }
export type PointerLike = { clientX: number; clientY: number; pressure: number; pointerType: string }

export function pressureOf({ pointerType, pressure }: Pick<PointerLike, 'pointerType' | 'pressure'>): number {
  if (pointerType !== 'pen' || pressure === NO_PRESSURE_DEVICE) return FULL_PRESSURE
  return Math.round(FULL_PRESSURE * Math.min(1, Math.max(0, pressure)))
}

/** A pointer's place on the page; `origin` is the canvas's top left corner in client coordinates. */
export function penSample(pointer: PointerLike, view: View, origin: Point): PenSample {
  const at = toPage(view, { x: pointer.clientX - origin.x, y: pointer.clientY - origin.y })
  const bounded = (value: number) =>
    Math.min(limits.coordinate, Math.max(-limits.coordinate, Math.round(value * UNITS)))
  return { x: bounded(at.x), y: bounded(at.y), pressure: pressureOf(pointer) }
}

/** The points of a stroke whose pen is down. */
export class PenPath {
  readonly #points: number[] = []

  /** x, y, pressure triples; belongs to the path. */
  get points(): readonly number[] {
    return this.#points
  }

  get count(): number {
    return this.#points.length / 3
  }

  /** No more fit into one stroke. */
  get full(): boolean {
    return this.count >= limits.points
  }

  get last(): PenSample | undefined {
    const [x, y, pressure] = this.#points.slice(-3)
    return x === undefined || y === undefined || pressure === undefined ? undefined : { x, y, pressure }
  }

  /** Takes a sample unless it hardly differs from the last one at this `scale`; tells whether it did. */
  add(sample: PenSample, scale = 1): boolean {
    const last = this.last
    if (this.full) return false
    if (last) {
      const least = Math.max(LEAST_MOVE, (LEAST_SCREEN_MOVE / scale) * UNITS)
      const moved = Math.hypot(sample.x - last.x, sample.y - last.y)
      const pressed = Math.abs(sample.pressure - last.pressure)
      if (moved < least && pressed < LEAST_PRESSURE_CHANGE) return false
    }
    this.#points.push(sample.x, sample.y, sample.pressure)
    return true
  }
}
