/**
 * The stroke in my hand: from press to lift it is wet (drawn here, told to the others in chunks); lifted, it is one committed
 * stroke. A stroke longer than the limit goes on as a new one from its last point.
 */
import { limits } from '../../shared/limits.ts'
import type { LiveChunk, LiveEnd } from '../../shared/protocol.ts'
import { packStroke, type PackedStroke, type Tool } from '../../shared/strokes.ts'
import { LIVE_INTERVAL_MS, LiveSender } from '../liveSender.ts'
import type { WetStroke } from './hintLayer.ts'
import { PenPath, UNITS, type PenSample } from './pen.ts'

export type Paint = {
  tool: Exclude<Tool, 'fill'>
  color: number
  /** Key of the page color that it follows. */
  swatch?: string
  /** Diameter in page pixels. */
  size: number
}

export type BrushEnds = {
  by: () => string
  commit: (stroke: PackedStroke) => void
  sendLive: (message: LiveChunk | LiveEnd) => void
  /** The wet stroke grew, or is gone. */
  changed: (gone: boolean) => void
}

/** In 1/8 page pixels, within what a stroke may be. */
export const widthOf = (size: number) => Math.min(limits.strokeWidth, Math.max(1, Math.round(size * UNITS)))

/** 128 random bits. Not `randomUUID`, which browsers keep from pages served over plain HTTP, as on a home network. */
export const newStrokeId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

type Held = { id: string; paint: Paint; path: PenPath; sender: LiveSender }

export class Brush {
  readonly #ends: BrushEnds
  #held: Held | null = null
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(ends: BrushEnds) {
    this.#ends = ends
  }

  /** The stroke to draw now, if the pen is down. */
  get wet(): WetStroke | null {
    if (!this.#held) return null
    const { id, paint, path } = this.#held
    return { id, tool: paint.tool, color: paint.color, width: widthOf(paint.size), points: path.points }
  }

  press(paint: Paint, sample: PenSample): void {
    this.lift()
    this.#begin(paint, sample)
    this.#timer = setInterval(() => this.#tell(), LIVE_INTERVAL_MS)
  }

  draw(samples: readonly PenSample[], scale: number): void {
    for (const sample of samples) {
      if (!this.#held) return
      this.#held.path.add(sample, scale)
      if (this.#held.path.full) this.#turnOver()
    }
    this.#tell()
    this.#ends.changed(false)
  }

  lift(): void {
    const stroke = this.#end()
    if (stroke) this.#ends.commit(stroke)
  }

  takeBack(): void {
    const end = this.#held?.sender.cancel()
    this.#end()
    if (end) this.#ends.sendLive(end)
    this.#ends.changed(true)
  }

  #begin(paint: Paint, sample: PenSample): void {
    const id = newStrokeId()
    const { tool, size, swatch } = paint
    const color =
      tool === 'erase' ? { color: 0 } : { color: paint.color, ...(swatch !== undefined && { swatch }) }
    const live = { stroke: id, tool, ...color, width: widthOf(size) }
    this.#held = { id, paint: { tool, size, ...color }, path: new PenPath(), sender: new LiveSender(live) }
    this.#held.path.add(sample)
    this.#tell()
    this.#ends.changed(false)
  }

  /** Lets go of the stroke and gives it as it is to be committed. */
  #end(): PackedStroke | null {
    clearInterval(this.#timer)
    if (!this.#held) return null
    const { id, paint, path } = this.#held
    this.#held = null
    const { size, ...rest } = paint
    return packStroke({ id, by: this.#ends.by(), ...rest, width: widthOf(size), points: path.points })
  }

  #turnOver(): void {
    const held = this.#held
    const last = held?.path.last
    if (!held || !last) return
    this.press(held.paint, last)
  }

  #tell(): void {
    const chunk = this.#held?.sender.next(this.#held.path.points, performance.now())
    if (chunk) this.#ends.sendLive(chunk)
  }
}
