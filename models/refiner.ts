/**
 * The refinement network of one page, run again and again: only the part that a change can reach is computed, the rest of its
 * picture stays (rule E20). Holds its last picture (3 bytes a pixel).
 */
import type { RgbPicture } from '../shared/picture.ts'
import { areaOf, union, type Rect } from '../shared/raster.ts'
import type { Size, WorkSize } from '../shared/workSize.ts'
import type { Engine, Tensor } from './engines/engine.ts'
import { Fingerprints, type Changeable } from './fingerprints.ts'
import { paintInto, runTiles, tensorInput, NEAR_MARGIN } from './tiles.ts'

/** Above this share of the page that is to be seen, the whole is as fast. */
const WORTHWHILE = 0.8

export class Refiner {
  readonly #engine: Engine
  readonly #work: WorkSize
  readonly #fingerprints: Fingerprints
  readonly #picture: RgbPicture

  constructor(engine: Engine, work: WorkSize) {
    const { width, height } = work
    this.#engine = engine
    this.#work = work
    this.#fingerprints = new Fingerprints(work)
    this.#picture = { width, height, rgb: new Uint8Array(3 * width * height) }
  }

  /** The network's color layer; a copy. `inputOf` makes its input of what it is `shown`, and is called only when it runs. */
  async refine(shown: Changeable, inputOf: () => Tensor): Promise<RgbPicture> {
    const { changed, keep } = this.#fingerprints.compare(shown)
    if (changed.length > 0) await this.#run(inputOf(), this.#reached(changed))
    keep()
    return { ...this.#picture, rgb: this.#picture.rgb.slice() }
  }

  async #run(input: Tensor, rects: readonly Rect[]): Promise<void> {
    const write = paintInto(this.#picture)
    const { width, height } = this.#work
    if (this.#cost(rects) > WORTHWHILE * width * height) {
      return write(
        { left: 0, top: 0, right: width, bottom: height },
        await this.#engine.run('refine', input),
        0,
        0,
      )
    }
    const side = Math.max(input.width, input.height)
    const job = {
      engine: this.#engine,
      network: 'refine',
      input: tensorInput(input),
      side,
      margin: NEAR_MARGIN,
    } as const
    for (const rect of rects) for await (const _ of runTiles({ ...job, rect, write }));
  }

  /** What of the picture may look different, in the rectangles that cost the network the least. */
  #reached(changed: readonly Rect[]): Rect[] {
    const rects: Rect[] = []
    for (const tile of changed) {
      let rect = wider(tile, NEAR_MARGIN, this.#work)
      // Whatever is cheaper together is made together.
      for (let i = 0; i < rects.length;) {
        const both = union(rects[i]!, rect)
        if (this.#cost([both]) > this.#cost([rects[i]!, rect])) i++
        else {
          rects.splice(i, 1)
          rect = both
          i = 0
        }
      }
      rects.push(rect)
    }
    return rects
  }

  /** Pixels that the network must see. */
  #cost(rects: readonly Rect[]): number {
    return rects.reduce((sum, rect) => sum + areaOf(wider(rect, NEAR_MARGIN, this.#work)), 0)
  }
}

/** So much more on each side, as far as there is page. */
function wider({ left, top, right, bottom }: Rect, more: number, { width, height }: Size): Rect {
  return {
    left: Math.max(0, left - more),
    top: Math.max(0, top - more),
    right: Math.min(width, right + more),
    bottom: Math.min(height, bottom + more),
  }
}
