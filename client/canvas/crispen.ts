/**
 * Refined frames at the page's own size, a moment after they came: computed in a worker, the newest frame wins, one at a time.
 * A page that is hardly larger than its frames needs none of it.
 */
import type { FrameHeader } from '../../shared/protocol.ts'
import type { CrispenAnswer, CrispenTask } from './crispen.worker.ts'
import { inkAt, sizeWithin, type LineArt } from './lineArt.ts'

/** Longest side made: more costs a second core for longer than a refined frame takes. */
const SIDE = 2048
/** Below this factor the browser's own smoothing does as well. */
const WORTHWHILE = 1.3

export class Crispen {
  readonly #art: LineArt
  readonly #done: (revision: number, bitmap: ImageBitmap) => void
  #worker: Worker | undefined
  #waiting: { revision: number; bytes: Uint8Array<ArrayBuffer> } | undefined
  #busy = false

  /** `done` gets the bitmap for good. */
  constructor(art: LineArt, done: (revision: number, bitmap: ImageBitmap) => void) {
    this.#art = art
    this.#done = done
  }

  take(header: FrameHeader, bytes: Uint8Array<ArrayBuffer>): void {
    const longest = Math.max(this.#art.page.width, this.#art.page.height)
    if (header.stage !== 'refined' || longest < WORTHWHILE * Math.max(header.width, header.height)) return
    this.#waiting = { revision: header.revision, bytes }
    this.#next()
  }

  close(): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.#waiting = undefined
  }

  #next(): void {
    if (this.#busy || !this.#waiting) return
    this.#worker ??= this.#start()
    this.#busy = true
    this.#worker.postMessage(this.#waiting satisfies CrispenTask)
    this.#waiting = undefined
  }

  #start(): Worker {
    const worker = new Worker(new URL('./crispen.worker.ts', import.meta.url), { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<CrispenAnswer>) => {
      this.#busy = false
      if (data.bitmap) this.#done(data.revision, data.bitmap)
      this.#next()
    })
    const size = sizeWithin(this.#art.page, SIDE)
    const grey = Uint8Array.from(inkAt(this.#art, size), (ink) => 255 - ink)
    worker.postMessage({ size, grey } satisfies CrispenTask, { transfer: [grey.buffer] })
    return worker
  }
}
