/**
 * The finished regions as they lie over every picture of the page: made in a worker, the newest list wins. Also tells which region
 * would be finished at a place. The bitmaps belong to this object. A page without finished regions costs nothing until somebody asks.
 */
import type { Region } from '../../shared/fill.ts'
import type { EncodedRegion, FinishedAnswer, FinishedPicture, FinishedTask } from './finished.worker.ts'
import type { FinishedSheet, Place } from './finishedPainter.ts'
import { inkAt, sizeWithin, type LineArt } from './lineArt.ts'

/** Longest side of the pictures, as that of the sharpest frames. */
const SIDE = 2048

export type FinishedWorker = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>
/** The sheet of the regions of these ids. */
export type Shown = { ids: readonly string[]; sheet: FinishedSheet }

const startWorker = (): FinishedWorker =>
  new Worker(new URL('./finished.worker.ts', import.meta.url), { type: 'module' })

export class FinishedLayer {
  readonly #art: LineArt
  readonly #changed: (shown: Shown | undefined) => void
  readonly #start: () => FinishedWorker
  #worker: FinishedWorker | undefined
  #pictures: FinishedPicture | undefined
  /** Lists that the worker makes pictures of; only the last one's are shown. */
  #asked: (readonly EncodedRegion[])[] = []
  #asking: ((region: Region | undefined) => void)[] = []

  constructor(
    art: LineArt,
    changed: (shown: Shown | undefined) => void,
    start: () => FinishedWorker = startWorker,
  ) {
    this.#art = art
    this.#changed = changed
    this.#start = start
  }

  /** To be drawn over the whole page. */
  picture(look: keyof FinishedPicture): ImageBitmap | undefined {
    return this.#pictures?.[look]
  }

  /** Makes the finished regions exactly these; what was shown stays until the new pictures are there. */
  set(regions: readonly EncodedRegion[]): void {
    if (regions.length === 0 && this.#asked.length === 0) return this.#show(undefined)
    this.#asked.push(regions)
    this.#tell({ kind: 'regions', regions })
  }

  /** The region that would be finished at a place. */
  region(place: Place): Promise<Region | undefined> {
    return new Promise((resolve) => {
      this.#asking.push(resolve)
      this.#tell({ kind: 'region', place })
    })
  }

  close(): void {
    this.#worker?.terminate()
    this.#worker = undefined
    this.#drop()
  }

  #answered(answer: FinishedAnswer): void {
    if (answer.kind === 'region') return this.#asking.shift()?.(answer.region)
    const regions = this.#asked.shift()!
    const { sheet, pictures } = answer
    if (this.#asked.length > 0) return close(pictures)
    if (regions.length > 0) return this.#show({ ids: regions.map(({ id }) => id), sheet }, pictures)
    close(pictures)
    this.#show(undefined)
  }

  #show(shown: Shown | undefined, pictures?: FinishedPicture): void {
    this.#drop()
    this.#pictures = pictures
    this.#changed(shown)
  }

  #drop(): void {
    if (this.#pictures) close(this.#pictures)
    this.#pictures = undefined
  }

  #tell(task: FinishedTask): void {
    this.#worker ??= this.#open()
    this.#worker.postMessage(task)
  }

  #open(): FinishedWorker {
    const worker = this.#start()
    worker.addEventListener('message', ({ data }: MessageEvent<FinishedAnswer>) => this.#answered(data))
    const { grey, page } = this.#art
    const size = sizeWithin(page, SIDE)
    const large = { ...size, grey: inkAt(this.#art, size).map((ink) => 255 - ink) }
    worker.postMessage({ kind: 'page', grey, page, large } satisfies FinishedTask)
    return worker
  }
}

function close({ refined, flats }: FinishedPicture): void {
  refined.close()
  flats.close()
}
