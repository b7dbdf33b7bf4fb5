/**
 * The finished regions of a page as the browser needs them: how they look, at the networks' size brought up along the page's lines;
 * whose each place is; where in each a sign fits; and which region would be finished at a place. The same regions as the server's.
 * Pure; runs in finished.worker.ts.
 */
import { fillPlace, fillRegion, LINE_INK, type Region } from '../../shared/fill.ts'
import { largerFinished } from '../../shared/finishedPicture.ts'
import { inkAtWorkSize } from '../../shared/ink.ts'
import type { GreyPage, RgbaPicture } from '../../shared/picture.ts'
import { Upsampler } from '../../shared/upsampler.ts'
import { workSizeOf, type Size, type WorkSize } from '../../shared/workSize.ts'
import type { Point } from './view.ts'

/** A region's pictures at the networks' size, opaque within the region. */
export type FinishedPictures = { left: number; top: number; refined: RgbaPicture; flats: RgbaPicture }
/** Where a region is pressed, and the gaps that are closed, in 1/8 page pixels. */
export type Place = { x: number; y: number; gap: number }

export type FinishedSheet = Size & {
  /** Of each pixel the number of its region, from 1; 0 for none. */
  labels: Uint8Array<ArrayBuffer>
  /** The place of each region that is the farthest from its edges, in page pixels. */
  middles: Point[]
}

export class FinishedPainter {
  readonly #page: Size
  readonly #large: GreyPage
  readonly #work: WorkSize
  readonly #ink: Uint8Array
  #upsampler: Upsampler | undefined

  /** `large`: the page at the size of the pictures that are made. */
  constructor(grey: Uint8Array, page: Size, large: GreyPage) {
    this.#page = page
    this.#large = large
    this.#work = workSizeOf(page)
    this.#ink = inkAtWorkSize(grey, page, this.#work)
  }

  sheet(regions: readonly FinishedPictures[]): FinishedSheet {
    const { width, height } = this.#work
    const labels = new Uint8Array(width * height)
    regions.forEach(({ left, top, refined }, i) => {
      eachOpaque(refined, (x, y) => {
        if (left + x < width && top + y < height) labels[(top + y) * width + left + x] = i + 1
      })
    })
    const middles = regions.map((_, i) => this.#onPage(middleOf(labels, width, i + 1)))
    return { width, height, labels, middles }
  }

  /** All of them as they are laid over the page's pictures. */
  picture(regions: readonly FinishedPictures[], look: 'refined' | 'flats'): RgbaPicture {
    const { width, height } = this.#work
    const rgba = new Uint8Array(4 * width * height)
    for (const region of regions) {
      const { left, top } = region
      eachOpaque(region[look], (x, y, from) => {
        if (left + x >= width || top + y >= height) return
        rgba.set(region[look].rgba.subarray(from, from + 4), 4 * ((top + y) * width + left + x))
      })
    }
    const finished = { width, height, rgba }
    if (this.#large.width === width && this.#large.height === height) return finished
    this.#upsampler ??= new Upsampler(this.#large, finished)
    return largerFinished(finished, this.#upsampler)
  }

  /** The region that would be finished at a place; none on a line and beside the page. */
  region(place: Place): Region | undefined {
    const { width, height, paddedWidth: stride } = this.#work
    const { x, y, gap } = fillPlace(this.#page, this.#work, place)
    if (x < 0 || y < 0 || x >= width || y >= height || this.#ink[y * stride + x]! >= LINE_INK)
      return undefined
    return fillRegion({ ink: this.#ink, stride, width, height }, x, y, gap)
  }

  #onPage({ x, y }: Point): Point {
    const { width, height } = this.#work
    return { x: ((x + 0.5) * this.#page.width) / width, y: ((y + 0.5) * this.#page.height) / height }
  }
}

function eachOpaque(picture: RgbaPicture, see: (x: number, y: number, from: number) => void): void {
  for (let at = 0; at < picture.width * picture.height; at++) {
    if (picture.rgba[4 * at + 3] === 0) continue
    see(at % picture.width, Math.floor(at / picture.width), 4 * at)
  }
}

/** The pixel of a label that is the farthest from all others, by steps to the four neighbours. */
function middleOf(labels: Uint8Array, width: number, label: number): Point {
  const depth = new Uint16Array(labels.length)
  let edge: number[] = []
  const isInside = (at: number) => at >= 0 && at < labels.length && labels[at] === label
  const beside = (at: number) => [
    at % width > 0 ? at - 1 : -1,
    at % width < width - 1 ? at + 1 : -1,
    at - width,
    at + width,
  ]
  labels.forEach((each, at) => {
    if (each !== label || beside(at).every(isInside)) return
    depth[at] = 1
    edge.push(at)
  })
  let last = edge
  for (let step = 2; edge.length > 0; step++) {
    last = edge
    const next: number[] = []
    for (const at of edge) {
      for (const to of beside(at)) {
        if (!isInside(to) || depth[to]) continue
        depth[to] = step
        next.push(to)
      }
    }
    edge = next
  }
  const middle = last[last.length >> 1] ?? 0
  return { x: middle % width, y: Math.floor(middle / width) }
}
