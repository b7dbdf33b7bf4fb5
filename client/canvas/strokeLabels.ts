/**
 * Which stroke made what is seen at each place of the page: the uppermost one that touched it, and the one whose color spread to it.
 * The same rasterizer and hint map as everything else, with the number of each stroke in place of its color. Pure; runs in
 * strokeLabels.worker.ts.
 */
import { HintMapper } from '../../shared/hintmap.ts'
import { inkAtWorkSize } from '../../shared/ink.ts'
import { HintRaster } from '../../shared/raster.ts'
import { regionsOf } from '../../shared/regions.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { workSizeOf, type Size, type WorkSize } from '../../shared/workSize.ts'

/** Per pixel of the working size the number of a stroke in its list, from 1; 0 for none. */
export type StrokeLabels = Size & {
  touched: Uint32Array<ArrayBuffer>
  spread: Uint32Array<ArrayBuffer>
}

const colorOf = (pixel: number) => ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 0xff)

export class StrokeLabeler {
  readonly #size: WorkSize
  readonly #touched: HintRaster
  readonly #painted: HintRaster
  readonly #mapper: HintMapper

  constructor(grey: Uint8Array, page: Size) {
    const size = workSizeOf(page)
    const { paddedWidth: stride, paddedHeight: rows } = size
    const ink = inkAtWorkSize(grey, page, size)
    const raster = () => new HintRaster({ page, size, stride, rows, ink })
    this.#size = size
    this.#touched = raster()
    this.#painted = raster()
    this.#mapper = new HintMapper({ ink, work: size, regions: regionsOf(ink, size) })
  }

  /** More strokes than there are colors cannot be told apart; a room holds far fewer. */
  label(strokes: readonly Stroke[]): StrokeLabels {
    const numbered = strokes.map((stroke, i) => ({ ...stroke, color: i + 1 }))
    this.#touched.update(
      numbered.map((stroke) => (stroke.tool === 'erase' ? { ...stroke, tool: 'brush' } : stroke)),
    )
    this.#painted.update(numbered)
    const { width, height } = this.#size
    const { color } = this.#mapper.spread(this.#painted.pixels)
    const plane = (pixels: Uint32Array) => this.#plane(pixels, strokes.length)
    return { width, height, touched: plane(this.#touched.pixels), spread: plane(color) }
  }

  /** Without padding, and without paper that nobody hinted, which is white. */
  #plane(pixels: Uint32Array, count: number): Uint32Array<ArrayBuffer> {
    const { width, height, paddedWidth } = this.#size
    const plane = new Uint32Array(width * height)
    for (let y = 0, to = 0; y < height; y++) {
      for (let at = y * paddedWidth; at < y * paddedWidth + width; at++, to++) {
        const label = colorOf(pixels[at]!)
        plane[to] = label <= count ? label : 0
      }
    }
    return plane
  }
}
