/**
 * The refined picture as flats, while somebody looks at them: computed in a worker, one at a time, the newest state wins. Flats are
 * shown in the turn in which `ready` resolves, which goes with what they cover. The bitmap belongs to this object.
 */
import type { Covers } from '../../shared/protocol.ts'
import { spliceBetween } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import type { FlatsPage } from './flatsPainter.ts'
import type { FlatsAnswer, FlatsTask } from './flats.worker.ts'
import { drawLayers, type Picture } from './frames.ts'
import { sizeWithin, type LineArt } from './lineArt.ts'

/** Longest side of the picture they are made of: that of frames. */
const PICTURE_SIDE = 512

export type FlatsEnds = {
  /** The strokes that a picture shows that covers this. */
  strokes: (covers: Covers) => readonly Stroke[]
  ready: (covers: Covers) => Promise<void>
  changed: () => void
}

export type FlatsWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>

const startWorker = (): FlatsWorker =>
  new Worker(new URL('./flats.worker.ts', import.meta.url), { type: 'module' })

export class Flats {
  readonly #art: LineArt
  readonly #ends: FlatsEnds
  readonly #start: () => FlatsWorker
  #worker: FlatsWorker | undefined
  /** The strokes that the worker knows. */
  #told: readonly Stroke[] = []
  #wanted: Picture | undefined
  /** What is computed, or was last. */
  #asked: Picture | undefined
  #isBusy = false
  #shown: { covers: Covers; bitmap: ImageBitmap } | undefined

  constructor(art: LineArt, ends: FlatsEnds, start: () => FlatsWorker = startWorker) {
    this.#art = art
    this.#ends = ends
    this.#start = start
  }

  get shown(): { covers: Covers; bitmap: ImageBitmap } | undefined {
    return this.#shown
  }

  /** Somebody looks at the flats of this picture. */
  show(picture: Picture | undefined): void {
    if (!picture || picture === this.#asked) return
    this.#wanted = picture
    this.#next()
  }

  /** Nobody looks any more. What is known stays to begin with the next time. */
  rest(): void {
    this.#wanted = undefined
  }

  close(): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.#shown?.bitmap.close()
    this.#wanted = this.#shown = undefined
  }

  #next(): void {
    const picture = this.#wanted
    if (this.#isBusy || !picture) return
    this.#wanted = undefined
    this.#asked = picture
    this.#isBusy = true
    this.#worker ??= this.#open()
    const strokes = this.#ends.strokes(picture.covers)
    const bitmap = flattened(picture, sizeWithin(this.#art.page, PICTURE_SIDE))
    const task: FlatsTask = { strokes: spliceBetween(this.#told, strokes), picture: bitmap }
    this.#told = strokes
    this.#worker.postMessage(task, [bitmap])
  }

  async #answered({ bitmap }: FlatsAnswer): Promise<void> {
    const { covers } = this.#asked!
    if (bitmap) {
      await this.#ends.ready(covers)
      if (!this.#worker) return bitmap.close()
      this.#shown?.bitmap.close()
      this.#shown = { covers, bitmap }
      this.#ends.changed()
    }
    this.#isBusy = false
    this.#next()
  }

  #open(): FlatsWorker {
    const worker = this.#start()
    worker.addEventListener('message', ({ data }: MessageEvent<FlatsAnswer>) => void this.#answered(data))
    const { page, grey } = this.#art
    worker.postMessage({ page, grey } satisfies FlatsPage)
    return worker
  }
}

function flattened({ layers }: Picture, size: { width: number; height: number }): ImageBitmap {
  const canvas = new OffscreenCanvas(size.width, size.height)
  drawLayers(canvas.getContext('2d')!, layers, size)
  return canvas.transferToImageBitmap()
}
