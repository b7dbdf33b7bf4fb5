/**
 * Refined frames at the page's own size, a moment after they came: computed in a worker, the newest one wins, one at a time. The worker
 * sees every frame, for patches are laid over the one before. A page that is hardly larger than its frames needs none of it.
 */
import type { SentHeader } from '../../shared/protocol.ts'
import type { CrispenAnswer, CrispenTask } from './crispen.worker.ts'
import { inkAt, sizeWithin, type LineArt } from './lineArt.ts'

/** Longest side made: more costs a second core for longer than a refined frame takes. */
const SIDE = 2048
/** Below this factor the browser's own smoothing does as well. */
const WORTHWHILE = 1.3

type CrispenWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>

const startWorker = (): CrispenWorker =>
  new Worker(new URL('./crispen.worker.ts', import.meta.url), { type: 'module' })

export class Crispen {
  readonly #art: LineArt
  readonly #done: (revision: number, bitmap: ImageBitmap) => void
  readonly #start: () => CrispenWorker
  #worker: CrispenWorker | undefined
  /** The newest frame the worker was shown, if it is a refined one of which nothing sharper was asked for. */
  #wanted: number | undefined
  #busy = false

  /** `done` gets the bitmap for good. */
  constructor(
    art: LineArt,
    done: (revision: number, bitmap: ImageBitmap) => void,
    start: () => CrispenWorker = startWorker,
  ) {
    this.#art = art
    this.#done = done
    this.#start = start
  }

  /** To be called with every frame that was taken, in order. */
  take({ stage, revision, width, height, patch }: SentHeader, bytes: Uint8Array<ArrayBuffer>): void {
    const longest = Math.max(this.#art.page.width, this.#art.page.height)
    if (longest < WORTHWHILE * Math.max(width, height)) return
    this.#worker ??= this.#open()
    const { x, y } = patch ?? { x: 0, y: 0 }
    this.#worker.postMessage({ kind: 'frame', width, height, x, y, bytes } satisfies CrispenTask)
    this.#wanted = stage === 'refined' ? revision : undefined
    this.#next()
  }

  close(): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.#wanted = undefined
  }

  #next(): void {
    if (this.#busy || this.#wanted === undefined) return
    this.#busy = true
    this.#worker?.postMessage({ kind: 'crispen', revision: this.#wanted } satisfies CrispenTask)
    this.#wanted = undefined
  }

  #open(): CrispenWorker {
    const worker = this.#start()
    worker.addEventListener('message', ({ data }: MessageEvent<CrispenAnswer>) => {
      this.#busy = false
      if (data.bitmap) this.#done(data.revision, data.bitmap)
      this.#next()
    })
    const size = sizeWithin(this.#art.page, SIDE)
    const grey = Uint8Array.from(inkAt(this.#art, size), (ink) => 255 - ink)
    worker.postMessage({ kind: 'page', ...size, grey } satisfies CrispenTask, { transfer: [grey.buffer] })
    return worker
  }
}
