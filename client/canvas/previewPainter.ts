/**
 * What a person sees of strokes before any network has seen them: the hint map of all that is painted, where it differs from the
 * map of what the shown picture was made of and no line lies between. The same rasterizer and hint map feed the networks. Pure;
 * runs in preview.worker.ts.
 */
import { HintMapper, type HintMap } from '../../shared/hintmap.ts'
import { inkAtWorkSize } from '../../shared/ink.ts'
import { UNHINTED_PAPER } from '../../shared/paperClaims.ts'
import { HintRaster, isEmpty } from '../../shared/raster.ts'
import { regionsOf } from '../../shared/regions.ts'
import { spliced, type Splice } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { workSizeOf, type Size, type WorkSize } from '../../shared/workSize.ts'

/** Ink between a pixel and its hint fades the preview from here on, and hides it at solid lines. */
const CLEAR_REACH = 176
const FADE = 3
const WHITE = 0xffffff

/** By reach: the preview's opacity, in a pixel's highest byte. */
const opacities = Uint32Array.from(
  { length: 256 },
  (_, reach) => (Math.min(255, Math.max(0, 255 - (CLEAR_REACH - reach) * FADE)) << 24) >>> 0,
)

/** Strokes and their raster. */
type Sheet = { strokes: readonly Stroke[]; raster: HintRaster }

export class PreviewPainter {
  readonly size: WorkSize
  readonly #framed: Sheet
  readonly #painted: Sheet
  readonly #mapper: HintMapper
  /** The colors of the map of what the picture was made of. */
  readonly #before: Uint32Array
  #map: HintMap | undefined

  constructor(grey: Uint8Array, page: Size) {
    const size = workSizeOf(page)
    const { paddedWidth: stride, paddedHeight: rows } = size
    const ink = inkAtWorkSize(grey, page, size)
    const sheet = () => ({ strokes: [], raster: new HintRaster({ page, size, stride, rows, ink }) })
    this.size = size
    this.#framed = sheet()
    this.#painted = sheet()
    this.#mapper = new HintMapper({ ink, work: size, regions: regionsOf(ink, size) })
    this.#before = new Uint32Array(stride * rows)
  }

  /** Brings both lists up to date and paints their preview into `shown`: `size.width` x `size.height` pixels (bytes R, G, B, A). */
  paint(framed: Splice<Stroke>, painted: Splice<Stroke>, shown: Uint32Array): void {
    const isOther = update(this.#framed, framed)
    if (isOther) this.#before.set(this.#mapper.spread(this.#framed.raster.pixels).color)
    // The mapper's buffers hold one map: with another `before`, the map of all has to be made again.
    if (update(this.#painted, painted) || isOther || !this.#map)
      this.#map = this.#mapper.spread(this.#painted.raster.pixels)
    this.#tellApart(this.#map, shown)
  }

  #tellApart({ color, reach }: HintMap, shown: Uint32Array): void {
    const { width, height, paddedWidth } = this.size
    const before = this.#before
    const isWhiteHinted = this.#painted.strokes.some(({ tool, color }) => tool !== 'erase' && color === WHITE)
    for (let y = 0; y < height; y++) {
      let at = y * paddedWidth
      for (let to = y * width; to < (y + 1) * width; to++, at++) {
        const pixel = color[at]!
        const isNews =
          pixel !== before[at] &&
          // Paper nobody hinted is white from the first hint on, and was before.
          (pixel !== UNHINTED_PAPER || before[at] !== 0 || isWhiteHinted)
        shown[to] = isNews ? (pixel & 0xffffff) | opacities[reach[at]!]! : 0
      }
    }
  }
}

/** True when the raster may be another one. */
function update(sheet: Sheet, splice: Splice<Stroke>): boolean {
  sheet.strokes = spliced(sheet.strokes, splice)
  return !isEmpty(sheet.raster.update(sheet.strokes))
}
