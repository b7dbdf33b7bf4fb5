/**
 * The markers of a hint map (hintmap.ts): the painted pixels whose color counts. What a stroke spilled over a line does not.
 *
 * A patch of one color (8-connected) is cut by the lines into pieces (4-connected), and pieces under 30 % of its largest are
 * dropped, unless all of it lies on lines. Of the largest piece only what lies in the region that it covers most is surely meant:
 * a stroke through a gap in a line is not. Patches and pieces are found by their runs: pixels of one color and region side by
 * side, all on a line or none.
 */
import { LINE_INK } from './fill.ts'
import type { Regions } from './regions.ts'
import { rootOf } from './rootOf.ts'
import type { WorkSize } from './workSize.ts'

/** Pieces of a cut patch smaller than this share (in percent) of its largest are spill. */
const SPILL_PERCENT = 30

/** Takes the pixels from `start` to before `end`, all painted, in one row and region, as markers, surely meant or perhaps. */
export type TakeMarkers = (start: number, end: number, isSure: boolean) => void

/** Finds the markers of one page again and again. `ink`: one byte a pixel of the padded size; kept, not copied. */
export class MarkerFinder {
  readonly #ink: Uint8Array
  readonly #regions: Int32Array
  readonly #work: WorkSize
  /** Of each run, in reading order: its pixels, and its parent in the forests of patches and pieces. */
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  readonly #patches: number[] = []
  readonly #pieces: number[] = []

  constructor({ ink, work, regions }: { ink: Uint8Array; work: WorkSize; regions: Regions }) {
    this.#ink = ink
    this.#regions = regions.ids
    this.#work = work
  }

  /** Hands over the markers among `pixels` (0 = unpainted) in reading order. What is not sure was perhaps meant, perhaps spilled. */
  find(pixels: Uint32Array, take: TakeMarkers): void {
    for (const list of [this.#starts, this.#ends, this.#patches, this.#pieces]) list.length = 0
    const { width, height, paddedWidth: stride } = this.#work
    let above = 0
    for (let y = 0; y < height; y++) {
      const first = this.#starts.length
      this.#readRow(pixels, y * stride, y * stride + width)
      this.#joinRows(pixels, above, first)
      above = first
    }
    this.#judge(take)
  }

  /** Lists the runs of one row; those of one color side by side are of one patch. */
  #readRow(pixels: Uint32Array, from: number, to: number): void {
    const ink = this.#ink
    const regions = this.#regions
    for (let at = from; at < to;) {
      const color = pixels[at]!
      const start = at++
      if (color === 0) continue
      const isLine = ink[start]! >= LINE_INK
      const region = regions[start]
      while (at < to && pixels[at] === color && ink[at]! >= LINE_INK === isLine && regions[at] === region)
        at++
      const run = this.#starts.length
      const isCut = run > 0 && this.#ends[run - 1] === start && pixels[start - 1] === color && start > from
      this.#starts.push(start)
      this.#ends.push(at)
      this.#patches.push(isCut ? rootOf(this.#patches, run - 1) : run)
      const isJoined = isCut && !isLine && this.#pieces[run - 1] !== ON_LINE
      this.#pieces.push(isLine ? ON_LINE : isJoined ? rootOf(this.#pieces, run - 1) : run)
    }
  }

  /** Joins the runs from `first` on, those of the last row, to those they touch of the row above, which begins at `above`. */
  #joinRows(pixels: Uint32Array, above: number, first: number): void {
    const starts = this.#starts
    const ends = this.#ends
    const stride = this.#work.paddedWidth
    for (let run = first; run < starts.length; run++) {
      // In the row above; a run that ends one pixel before touches at a corner.
      const start = starts[run]! - stride
      const end = ends[run]! - stride
      while (above < first && ends[above]! < start) above++
      for (let other = above; other < first && starts[other]! <= end; other++) {
        if (pixels[starts[other]!] !== pixels[starts[run]!]) continue
        join(this.#patches, other, run)
        const isBeside = ends[other]! === start || starts[other]! === end
        if (!isBeside && this.#pieces[run] !== ON_LINE && this.#pieces[other] !== ON_LINE)
          join(this.#pieces, other, run)
      }
    }
  }

  /** Decides what counts, by the sizes of the pieces. */
  #judge(take: TakeMarkers): void {
    const starts = this.#starts
    const ends = this.#ends
    const { sizes, largest, regions } = this.#measure()
    for (let run = 0; run < starts.length; run++) {
      const most = largest[rootOf(this.#patches, run)]!
      const isOnLine = this.#pieces[run] === ON_LINE
      const piece = isOnLine ? run : rootOf(this.#pieces, run)
      const size = isOnLine ? 0 : sizes[piece]!
      const isMain = isOnLine || this.#regions[starts[run]!] === regions[piece]
      if (size === most) take(starts[run]!, ends[run]!, isMain)
      else if (size > 0 && 100 * size >= SPILL_PERCENT * most) take(starts[run]!, ends[run]!, false)
    }
  }

  /** Pixels of each piece and of each patch's largest, and the region a piece covers most (of equals the lower one). */
  #measure(): { sizes: Int32Array; largest: Int32Array; regions: Int32Array } {
    const count = this.#starts.length
    const sizes = new Int32Array(count)
    const largest = new Int32Array(count)
    const regions = new Int32Array(count).fill(-1)
    const covered: (Map<number, number> | undefined)[] = []
    for (let run = 0; run < count; run++) {
      if (this.#pieces[run] === ON_LINE) continue
      const piece = rootOf(this.#pieces, run)
      const patch = rootOf(this.#patches, run)
      const region = this.#regions[this.#starts[run]!]!
      const length = this.#ends[run]! - this.#starts[run]!
      sizes[piece]! += length
      largest[patch] = Math.max(largest[patch]!, sizes[piece]!)
      const own = (covered[piece] ??= new Map())
      own.set(region, (own.get(region) ?? 0) + length)
    }
    covered.forEach((own, piece) => {
      let most = 0
      for (const [region, pixels] of own ?? []) {
        if (pixels < most || (pixels === most && region > regions[piece]!)) continue
        most = pixels
        regions[piece] = region
      }
    })
    return { sizes, largest, regions }
  }
}

/** Instead of a parent: a run on a line is of no piece. */
const ON_LINE = -1

function join(parents: number[], one: number, other: number): void {
  const a = rootOf(parents, one)
  const b = rootOf(parents, other)
  if (a < b) parents[b] = a
  else parents[a] = b
}
