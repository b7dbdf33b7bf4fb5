/**
 * The stroke in my hand: from press to lift it is wet (drawn here, told to the others in chunks); lifted, it is one committed
 * stroke. A stroke longer than the limit goes on as a new one from its last point.
 */
import type { LiveChunk, LiveEnd } from '../../shared/protocol.ts'
import type { PackedStroke } from '../../shared/strokes.ts'
import { LIVE_INTERVAL_MS, LiveSender } from '../live/liveSender.ts'
import { lookOf, newStrokeId, strokeOf, wetStroke, type Paint } from './paint.ts'
import { PenPath, type PenSample } from './pen.ts'
import { Stabilizer } from './stabilizer.ts'
import type { WetStroke } from './wetStroke.ts'

export type BrushEnds = {
  by: () => string
  commit: (stroke: PackedStroke) => void
  /** `stroke`: the one the message is about, as it is now. */
  sendLive: (message: LiveChunk | LiveEnd, stroke: WetStroke | null) => void
  /** The wet stroke grew, or is gone. */
  changed: (gone: boolean) => void
}

type Held = { id: string; paint: Paint; path: PenPath; sender: LiveSender; stabilizer: Stabilizer }

export class Brush {
  readonly #ends: BrushEnds
  #held: Held | null = null
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(ends: BrushEnds) {
    this.#ends = ends
  }

  /** The stroke to draw now, if the pen is down. */
  get wet(): WetStroke | null {
    return this.#held && wetStroke(this.#held.id, this.#held.paint, this.#held.path.points)
  }

  press(paint: Paint, sample: PenSample, stabilizer = new Stabilizer(0, 1, sample)): void {
    this.lift()
    this.#begin(paint, sample, stabilizer)
  }

  draw(samples: readonly PenSample[], scale: number): void {
    for (const sample of samples) {
      const place = this.#held?.stabilizer.pull(sample)
      if (place) this.#add(place, scale)
    }
    this.#tell()
    this.#ends.changed(false)
  }

  lift(): void {
    const rest = this.#held?.stabilizer.rest()
    if (rest) this.#held?.path.add(rest)
    const stroke = this.#end()
    if (stroke) this.#ends.commit(stroke)
  }

  takeBack(): void {
    const end = this.#held?.sender.cancel()
    this.#end()
    if (end) this.#ends.sendLive(end, null)
    this.#ends.changed(true)
  }

  #begin(paint: Paint, sample: PenSample, stabilizer: Stabilizer): void {
    const id = newStrokeId()
    const sender = new LiveSender({ stroke: id, ...lookOf(paint) })
    this.#held = { id, paint, path: new PenPath(), sender, stabilizer }
    this.#held.path.add(sample)
    this.#timer = setInterval(() => this.#tell(), LIVE_INTERVAL_MS)
    this.#tell()
    this.#ends.changed(false)
  }

  #add(place: PenSample, scale: number): void {
    const { path, paint, stabilizer } = this.#held!
    path.add(place, scale)
    if (!path.full || !path.last) return
    const last = path.last
    const stroke = this.#end()
    if (stroke) this.#ends.commit(stroke)
    this.#begin(paint, last, stabilizer)
  }

  /** Lets go of the stroke and gives it as it is to be committed. */
  #end(): PackedStroke | null {
    clearInterval(this.#timer)
    if (!this.#held) return null
    const { id, paint, path } = this.#held
    this.#held = null
    return strokeOf(id, this.#ends.by(), paint, path.points)
  }

  #tell(): void {
    const chunk = this.#held?.sender.next(this.#held.path.points, performance.now())
    if (chunk) this.#ends.sendLive(chunk, this.wet)
  }
}
