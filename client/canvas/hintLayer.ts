/**
 * The hints as people see them: committed strokes live in a bitmap that a worker paints where it changed (hintPainter.ts), one task at
 * a time, the newest state wins. Strokes that are not in it yet lie over it: those whose pens are down, which are only added to what is
 * on the screen, segment by segment, and those just committed, until the worker has painted them.
 */
import { spliceBetween } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { hintSizeOf, type HintPatch } from './hintPainter.ts'
import type { HintAnswer, HintPage, HintTask } from './hintLayer.worker.ts'
import type { LineArt } from './lineArt.ts'
import { drawSegments, type WetStroke } from './wetStroke.ts'

/** More strokes than these are not just committed: they came with the page. */
const MOST_DRYING = 64
/** A page of more strokes than these is seen growing. */
const AT_ONCE = 4_000

export type HintWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>

const startWorker = (): HintWorker =>
  new Worker(new URL('./hintLayer.worker.ts', import.meta.url), { type: 'module' })

export class HintLayer {
  readonly #page: Size
  readonly #size: Size
  readonly #bitmap: OffscreenCanvas
  readonly #context: OffscreenCanvasRenderingContext2D
  readonly #painted: Uint32Array
  readonly #worker: HintWorker
  readonly #changed: () => void
  /** All there are, those the worker was told, and those in the bitmap. */
  #strokes: readonly Stroke[] = []
  #told: readonly Stroke[] = []
  #shown: readonly Stroke[] = []
  #isBusy = false
  /** How many points of each wet stroke are on the screen. */
  #drawn = new Map<string, number>()

  /** `changed`: the bitmap is another one. */
  constructor({ page, grey }: Pick<LineArt, 'page' | 'grey'>, changed: () => void, worker = startWorker()) {
    this.#page = page
    this.#size = hintSizeOf(page)
    this.#bitmap = new OffscreenCanvas(this.#size.width, this.#size.height)
    this.#context = this.#bitmap.getContext('2d')!
    this.#painted = new Uint32Array(this.#size.width * this.#size.height)
    this.#changed = changed
    this.#worker = worker
    worker.addEventListener('message', ({ data }: MessageEvent<HintAnswer>) => this.#answered(data))
    worker.postMessage({ page, grey } satisfies HintPage)
  }

  /** The committed strokes are these now. */
  update(strokes: readonly Stroke[]): void {
    this.#strokes = strokes
    this.#next()
  }

  /** The color painted at a place of the page, or null. */
  colorAt(x: number, y: number): number | null {
    const { width, height } = this.#size
    const column = Math.floor((x * width) / this.#page.width)
    const row = Math.floor((y * height) / this.#page.height)
    if (column < 0 || row < 0 || column >= width || row >= height) return null
    const pixel = this.#painted[row * width + column]!
    return pixel === 0 ? null : ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 0xff)
  }

  /** Draws the committed strokes, those in the bitmap as opaque as `strength`; the context is in page pixels. */
  drawCommitted(context: CanvasRenderingContext2D, strength: number): void {
    context.globalAlpha = strength
    context.drawImage(this.#bitmap, 0, 0, this.#page.width, this.#page.height)
    context.globalAlpha = 1
    for (const stroke of this.#drying()) if (stroke.tool !== 'fill') drawSegments(context, stroke, 0)
  }

  /** Draws wet strokes over an empty canvas or the committed ones. */
  redrawWet(context: CanvasRenderingContext2D, wet: readonly WetStroke[]): void {
    this.#drawn = new Map()
    this.drawWet(context, wet)
  }

  /** Draws what the wet strokes gained since the last drawing. */
  drawWet(context: CanvasRenderingContext2D, wet: readonly WetStroke[]): void {
    for (const stroke of wet) {
      const count = stroke.points.length / 3
      const drawn = this.#drawn.get(stroke.id) ?? 0
      if (count === drawn) continue
      this.#drawn.set(stroke.id, count)
      drawSegments(context, stroke, Math.max(0, drawn - 1))
    }
  }

  close(): void {
    this.#worker.terminate()
  }

  /** Strokes painted over all that the bitmap shows. */
  #drying(): readonly Stroke[] {
    if (this.#strokes === this.#shown) return []
    const { at, insert } = spliceBetween(this.#shown, this.#strokes)
    return at === this.#shown.length && insert.length <= MOST_DRYING ? insert : []
  }

  #next(): void {
    if (this.#isBusy || this.#told === this.#strokes) return
    const most = this.#told.length + AT_ONCE
    const next = this.#strokes.length > most ? this.#strokes.slice(0, most) : this.#strokes
    const strokes = spliceBetween(this.#told, next)
    this.#told = next
    this.#isBusy = true
    this.#worker.postMessage({ strokes } satisfies HintTask)
  }

  #answered({ patch }: HintAnswer): void {
    this.#isBusy = false
    this.#shown = this.#told
    if (patch) this.#put(patch)
    this.#changed()
    this.#next()
  }

  #put({ rect: { left, top, right, bottom }, painted, shown }: HintPatch): void {
    const columns = right - left
    for (let y = top, from = 0; y < bottom; y++, from += columns)
      this.#painted.set(painted.subarray(from, from + columns), y * this.#size.width + left)
    const image = new ImageData(new Uint8ClampedArray(shown.buffer), columns, bottom - top)
    this.#context.putImageData(image, left, top)
  }
}
