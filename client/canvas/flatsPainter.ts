/**
 * Flats as a person looks at them: a refined picture reduced to one color a region, or where hints of several colors share one, to one
 * color a hint's part of it. Hard-edged along the lines at a size that suits a close look. The networks' own regions, segments and
 * reduction (shared/). Pure; runs in flats.worker.ts.
 */
import { carriedLabels } from '../../shared/carriedLabels.ts'
import { flatsOf } from '../../shared/flats.ts'
import { HintMapper } from '../../shared/hintmap.ts'
import { inkAtWorkSize } from '../../shared/ink.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import { HintRaster } from '../../shared/raster.ts'
import { regionsOf, type Regions } from '../../shared/regions.ts'
import { segmentsOf } from '../../shared/segments.ts'
import { sidesOf, type Sides } from '../../shared/sides.ts'
import { spliced, type Splice } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { workSizeOf, type Size, type WorkSize } from '../../shared/workSize.ts'
import { inkAt, sizeWithin } from './lineArt.ts'

export type FlatsPage = { page: Size; grey: Uint8Array }

/** Longest side of flats. */
const SIDE = 2048

export class FlatsPainter {
  readonly work: WorkSize
  readonly large: Size
  readonly #ink: Uint8Array
  readonly #innerInk: Uint8Array
  readonly #raster: HintRaster
  readonly #regions: Regions
  readonly #mapper: HintMapper
  readonly #sides: Sides
  #strokes: readonly Stroke[] = []

  constructor(art: FlatsPage) {
    const { page, grey } = art
    const work = workSizeOf(page)
    const { width, height, paddedWidth: stride, paddedHeight: rows } = work
    const ink = inkAtWorkSize(grey, page, work)
    this.work = work
    this.large = sizeWithin(page, SIDE)
    this.#ink = ink
    this.#innerInk = new Uint8Array(width * height)
    for (let y = 0; y < height; y++)
      this.#innerInk.set(ink.subarray(y * stride, y * stride + width), y * width)
    this.#raster = new HintRaster({ page, size: { width, height }, stride, rows, ink })
    this.#regions = regionsOf(ink, work)
    this.#mapper = new HintMapper({ ink, work, regions: this.#regions })
    const large = Uint8Array.from(inkAt(art, this.large), (line) => 255 - line)
    this.#sides = sidesOf({ ...this.large, grey: large }, { width, height })
  }

  /** Brings the strokes up to date and reduces `picture`, which is of the working size, to flats: pixels (bytes R, G, B, 255) of `large`. */
  paint(strokes: Splice<Stroke>, picture: RgbPicture): Uint32Array<ArrayBuffer> {
    this.#strokes = spliced(this.#strokes, strokes)
    this.#raster.update(this.#strokes)
    const map = this.#mapper.spread(this.#raster.pixels)
    const { ids: padded, ...segments } = segmentsOf(this.#regions, map, this.#ink)
    const { width, height, paddedWidth: stride } = this.work
    const ids = new Int32Array(width * height)
    for (let y = 0; y < height; y++) ids.set(padded.subarray(y * stride, y * stride + width), y * width)
    const flats = flatsOf(picture, { ids, ...segments }, this.#innerInk)
    const colors = new Uint32Array(segments.count)
    for (let at = 0; at < ids.length; at++) {
      const [red, green, blue] = [flats.rgb[3 * at]!, flats.rgb[3 * at + 1]!, flats.rgb[3 * at + 2]!]
      colors[ids[at]!] = ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0
    }
    return Uint32Array.from(carriedLabels(ids, this.#sides), (segment) => colors[segment]!)
  }
}
