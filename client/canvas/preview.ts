/**
 * The instant preview of the stroke in one's own hand, over the color layer: there while the pen is down, and after it until the
 * networks' picture has come. Computed in a worker; the newest state of the stroke wins, one task at a time.
 */
import type { Stroke } from '../../shared/strokes.ts'
import type { WetStroke } from './hintLayer.ts'
import type { LineArt } from './lineArt.ts'
import type { PreviewAnswer, PreviewTask } from './preview.worker.ts'

/** A frame that comes sooner after the pen was lifted may not have seen the stroke's end. */
const SETTLE_MS = 80
/** Without a frame (coloring paused, offline) the preview does not stay for ever. */
const LONGEST_MS = 2_500

export class Preview {
  readonly #worker: Worker
  readonly #changed: () => void
  #known: readonly Stroke[] = []
  #waiting: { committed: readonly Stroke[]; wet: WetStroke } | null = null
  #busy = false
  #stroke: string | null = null
  #liftedAt = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #shown: OffscreenCanvas | null = null

  constructor({ grey, page }: LineArt, changed: () => void) {
    this.#changed = changed
    this.#worker = new Worker(new URL('./preview.worker.ts', import.meta.url), { type: 'module' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<PreviewAnswer>) => this.#answered(data))
    this.#send({ grey, page })
  }

  /** The preview at the working size, to be drawn over the whole page. */
  get shown(): OffscreenCanvas | null {
    return this.#shown
  }

  /** The stroke grew. */
  paint(committed: readonly Stroke[], wet: WetStroke): void {
    if (this.#stroke !== wet.id) this.clear()
    this.#stroke = wet.id
    this.#waiting = { committed, wet }
    this.#next()
  }

  /** The pen was lifted: the next frame takes over. */
  lift(): void {
    if (this.#stroke === null) return
    this.#liftedAt = performance.now()
    this.#timer = setTimeout(() => this.clear(), LONGEST_MS)
  }

  /** The networks' picture is newer. */
  framed(): void {
    if (this.#liftedAt > 0 && performance.now() - this.#liftedAt > SETTLE_MS) this.clear()
  }

  clear(): void {
    clearTimeout(this.#timer)
    this.#stroke = null
    this.#waiting = null
    this.#liftedAt = 0
    if (!this.#shown) return
    this.#shown = null
    this.#changed()
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#worker.terminate()
  }

  #next(): void {
    if (this.#busy || !this.#waiting) return
    const { committed, wet } = this.#waiting
    this.#waiting = null
    this.#busy = true
    let keep = 0
    while (keep < committed.length && committed[keep] === this.#known[keep]) keep++
    this.#known = committed
    const points = Int32Array.from(wet.points)
    const stroke = { id: wet.id, by: '', tool: wet.tool, color: wet.color, width: wet.width, points }
    this.#send({ keep, tail: committed.slice(keep), wet: stroke })
  }

  #answered({ width, height, pixels }: PreviewAnswer): void {
    this.#busy = false
    if (this.#stroke !== null) {
      const canvas = this.#shown ?? new OffscreenCanvas(width, height)
      const bytes = new Uint8ClampedArray(pixels.buffer)
      canvas.getContext('2d')!.putImageData(new ImageData(bytes, width, height), 0, 0)
      this.#shown = canvas
      this.#changed()
    }
    this.#next()
  }

  #send(task: PreviewTask): void {
    this.#worker.postMessage(task)
  }
}
