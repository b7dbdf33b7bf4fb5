/**
 * What lies over the shown picture until the next one comes: the colors of everything painted that it does not show, one's own
 * and others'. Computed in a worker, one task at a time; the newest state wins.
 *
 * A picture is handed over to: it says what it covers, and is to be drawn in the very turn in which `handOver` resolves, for from
 * then on the preview is the one that goes with it. Without anything unseen there is no preview and nothing to wait for.
 */
import type { Covers } from '../../shared/protocol.ts'
import { isNothing, spliceBetween } from '../../shared/splice.ts'
import type { LineArt } from './lineArt.ts'
import type { PreviewAnswer, PreviewPage, PreviewTask } from './preview.worker.ts'
import type { Unseen } from './unseen.ts'

export type PreviewEnds = {
  /** All that is painted, and what of it a picture shows that covers this. */
  unseen: (covers: Covers | undefined) => Unseen
  /** `shown` is another one. */
  changed: () => void
}

export type PreviewWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>
/** Makes what can be drawn of an answer; it may be the same thing every time. */
type Develop = (answer: PreviewAnswer) => CanvasImageSource

const NONE: Unseen = { framed: [], painted: [] }
const startWorker = (): PreviewWorker =>
  new Worker(new URL('./preview.worker.ts', import.meta.url), { type: 'module' })

export class Preview {
  readonly #worker: PreviewWorker
  readonly #ends: PreviewEnds
  readonly #develop: Develop
  #covers: Covers | undefined
  /** What the worker knows. */
  #told = NONE
  /** Called when a task that is sent from now on is answered. */
  #waiting: (() => void)[] = []
  #running: { handed: (() => void)[]; isStale: boolean } | undefined
  #isAsked = false
  #isBroken = false
  #shown: CanvasImageSource | null = null
  #spare: Uint32Array<ArrayBuffer> | undefined

  constructor(
    { grey, page }: Pick<LineArt, 'grey' | 'page'>,
    ends: PreviewEnds,
    worker: PreviewWorker = startWorker(),
    develop = onCanvas(),
  ) {
    this.#ends = ends
    this.#worker = worker
    this.#develop = develop
    worker.addEventListener('message', ({ data }: MessageEvent<PreviewAnswer>) => this.#answered(data))
    worker.addEventListener('error', () => this.#broke())
    worker.postMessage({ grey, page } satisfies PreviewPage)
  }

  /** At the working size, to be drawn over the whole page; null without anything unseen. */
  get shown(): CanvasImageSource | null {
    return this.#shown
  }

  /** The strokes changed. */
  refresh(): void {
    const unseen = this.#ends.unseen(this.#covers)
    this.#isAsked = !this.#isBroken && !isSame(unseen.framed, unseen.painted)
    if (this.#isAsked) this.#next(unseen)
    else this.#clear()
  }

  /** Resolves, at the latest when the preview over a picture that covers this is there, in the turn in which it is to be drawn. */
  handOver(covers: Covers): Promise<void> {
    this.#covers = covers
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.refresh()
    })
  }

  /** The picture that is drawn is one that covers this, handed over to or not. */
  settle(covers: Covers | undefined): void {
    if (covers === this.#covers || this.#waiting.length > 0 || this.#running?.handed.length) return
    this.#covers = covers
    this.refresh()
  }

  close(): void {
    this.#worker.terminate()
  }

  #next(unseen: Unseen): void {
    if (this.#running) return
    this.#isAsked = false
    const framed = spliceBetween(this.#told.framed, unseen.framed)
    const painted = spliceBetween(this.#told.painted, unseen.painted)
    if (this.#shown && isNothing(framed) && isNothing(painted)) return this.#resolve(this.#takeWaiting())
    this.#told = unseen
    this.#running = { handed: this.#takeWaiting(), isStale: false }
    const task: PreviewTask = { framed, painted, spare: this.#spare }
    this.#worker.postMessage(task, this.#spare ? [this.#spare.buffer] : [])
    this.#spare = undefined
  }

  #answered(answer: PreviewAnswer): void {
    const { handed, isStale } = this.#running!
    this.#running = undefined
    if (!isStale) {
      this.#shown = this.#develop(answer)
      this.#ends.changed()
    }
    this.#spare = answer.pixels
    this.#resolve(handed)
    if (this.#isAsked) this.refresh()
  }

  /** Nothing is unseen: what the worker still computes is not shown any more. */
  #clear(): void {
    const handed = this.#running?.handed.splice(0) ?? []
    if (this.#running) this.#running.isStale = true
    if (this.#shown) this.#ends.changed()
    this.#shown = null
    this.#resolve([...handed, ...this.#takeWaiting()])
  }

  /** Pictures are shown without previews from now on. */
  #broke(): void {
    this.#isBroken = true
    this.#clear()
  }

  #takeWaiting(): (() => void)[] {
    return this.#waiting.splice(0)
  }

  #resolve(handed: readonly (() => void)[]): void {
    for (const resolve of handed) resolve()
  }
}

function onCanvas(): Develop {
  let canvas: OffscreenCanvas | undefined
  return ({ width, height, pixels }) => {
    canvas ??= new OffscreenCanvas(width, height)
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height)
    canvas.getContext('2d')!.putImageData(image, 0, 0)
    return canvas
  }
}

const isSame = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((each, i) => each === b[i])
