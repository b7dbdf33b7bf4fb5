/**
 * A stroke whose shape is open until the pen is lifted: a dot that moves with the pen, a line that swings around its start. Each
 * shape has an id of its own, for what is drawn or sent under one id only grows. The others see it a few times a second: the new
 * shape begins before the old one is cancelled, so that it never blinks.
 */
import { LiveSender } from '../live/liveSender.ts'
import type { BrushEnds } from './brush.ts'
import type { WetStroke } from './wetStroke.ts'
import { lookOf, newStrokeId, strokeOf, wetStroke, type Paint } from './paint.ts'
import type { PenSample } from './pen.ts'

/** Two messages each: well below what one connection may send. */
const TELL_MS = 100

type Held = { id: string; paint: Paint; points: readonly number[] }

export class ShapedStroke {
  readonly #ends: BrushEnds
  #held: Held | null = null
  /** The shape the others see. */
  #told: { id: string; sender: LiveSender } | null = null
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(ends: BrushEnds) {
    this.#ends = ends
  }

  /** The stroke to draw now, if the pen is down. */
  get wet(): WetStroke | null {
    return this.#held && wetStroke(this.#held.id, this.#held.paint, this.#held.points)
  }

  press(paint: Paint, shape: readonly PenSample[]): void {
    this.lift()
    this.#held = { id: newStrokeId(), paint, points: flat(shape) }
    this.#timer = setInterval(() => this.#tell(), TELL_MS)
    this.#tell()
    this.#ends.changed(false)
  }

  reshape(shape: readonly PenSample[]): void {
    const points = flat(shape)
    if (!this.#held || isSame(points, this.#held.points)) return
    this.#held = { ...this.#held, id: newStrokeId(), points }
    this.#ends.changed(false)
  }

  lift(): void {
    if (!this.#held) return
    const { id, paint, points } = this.#held
    this.#end()
    this.#ends.commit(strokeOf(id, this.#ends.by(), paint, points))
    if (this.#told?.id !== id) this.#cancel()
    this.#told = null
  }

  takeBack(): void {
    this.#end()
    this.#cancel()
    this.#ends.changed(true)
  }

  #end(): void {
    clearInterval(this.#timer)
    this.#held = null
  }

  #tell(): void {
    const held = this.#held
    if (!held || held.id === this.#told?.id) return
    const sender = new LiveSender({ stroke: held.id, ...lookOf(held.paint) })
    const chunk = sender.next(held.points, performance.now())
    if (chunk) this.#ends.sendLive(chunk, this.wet)
    this.#cancel()
    this.#told = { id: held.id, sender }
  }

  /** Takes back what the others see. */
  #cancel(): void {
    const end = this.#told?.sender.cancel()
    this.#told = null
    if (end) this.#ends.sendLive(end, null)
  }
}

const flat = (shape: readonly PenSample[]) => shape.flatMap(({ x, y, pressure }) => [x, y, pressure])
const isSame = (a: readonly number[], b: readonly number[]) =>
  a.length === b.length && a.every((value, i) => value === b[i])
