/**
 * The hints as people see them, painted by the shared rasterizer, at most 2048 pixels on the long side, with contours. What changed
 * is given away as a rectangle. Pure; runs in hintLayer.worker.ts.
 */
import { HintRaster, isEmpty, type Rect } from '../../shared/raster.ts'
import { spliced, type Splice } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { inkAt, sizeWithin } from './lineArt.ts'
import { outline } from './outline.ts'

const LONGEST_SIDE = 2048
/** A contour's width is this part of the long side. */
const CONTOUR_SHARE = 700

export const hintSizeOf = (page: Size) => sizeWithin(page, LONGEST_SIDE)

/** How wide contours are on a raster of this size. */
export const contourReach = ({ width, height }: Size) =>
  Math.max(1, Math.round(Math.max(width, height) / CONTOUR_SHARE))

/** The pixels of `rect`, row by row: as painted (0 = unpainted), and as shown, with contours. */
export type HintPatch = {
  rect: Rect
  painted: Uint32Array<ArrayBuffer>
  shown: Uint32Array<ArrayBuffer>
}

export class HintPainter {
  readonly #raster: HintRaster
  readonly #shown: Uint32Array
  readonly #contour: number
  #strokes: readonly Stroke[] = []

  constructor(art: { page: Size; grey: Uint8Array }) {
    const size = hintSizeOf(art.page)
    this.#raster = new HintRaster({ page: art.page, size, ink: inkAt(art, size) })
    this.#shown = new Uint32Array(size.width * size.height)
    this.#contour = contourReach(size)
  }

  /** Brings the strokes up to date; null when that changes no pixel. */
  paint(strokes: Splice<Stroke>): HintPatch | null {
    this.#strokes = spliced(this.#strokes, strokes)
    const dirty = this.#raster.update(this.#strokes)
    if (isEmpty(dirty)) return null
    const { width, height } = this.#raster.size
    // A contour depends on pixels as far away as it is wide.
    const rect = {
      left: Math.max(0, dirty.left - this.#contour),
      top: Math.max(0, dirty.top - this.#contour),
      right: Math.min(width, dirty.right + this.#contour),
      bottom: Math.min(height, dirty.bottom + this.#contour),
    }
    outline(this.#raster.pixels, this.#shown, width, rect, this.#contour)
    const part = (pixels: Uint32Array) => partOf(pixels, width, rect)
    return { rect, painted: part(this.#raster.pixels), shown: part(this.#shown) }
  }
}

function partOf(pixels: Uint32Array, width: number, { left, top, right, bottom }: Rect) {
  const part = new Uint32Array((right - left) * (bottom - top))
  for (let y = top, to = 0; y < bottom; y++, to += right - left)
    part.set(pixels.subarray(y * width + left, y * width + right), to)
  return part
}
