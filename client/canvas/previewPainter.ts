/**
 * What a stroke will color before any network has seen it: the hint map with the stroke, where it differs from the map without
 * it and no line lies between. The same rasterizer and hint map feed the networks. Pure; runs in preview.worker.ts.
 */
import { HintMapper } from '../../shared/hintmap.ts'
import { inkAtWorkSize } from '../../shared/ink.ts'
import { UNHINTED_PAPER } from '../../shared/paperClaims.ts'
import { regionsOf } from '../../shared/regions.ts'
import { HintRaster, pixelOf } from '../../shared/raster.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { workSizeOf, type Size, type WorkSize } from '../../shared/workSize.ts'

/** Ink between a pixel and its hint fades the preview from here on, and hides it at solid lines. */
const CLEAR_REACH = 176
const FADE = 3

export class PreviewPainter {
  readonly size: WorkSize
  readonly #raster: HintRaster
  readonly #mapper: HintMapper
  readonly #before: Uint32Array
  #strokes: Stroke[] = []
  #stale = true

  constructor(grey: Uint8Array, page: Size) {
    const size = workSizeOf(page)
    const { paddedWidth: stride, paddedHeight: rows } = size
    const ink = inkAtWorkSize(grey, page, size)
    this.size = size
    this.#raster = new HintRaster({ page, size, stride, rows, ink })
    this.#mapper = new HintMapper({ ink, work: size, regions: regionsOf(ink, size) })
    this.#before = new Uint32Array(stride * rows)
  }

  /** The committed strokes: the first `keep` of those known, then `tail`. */
  sync(keep: number, tail: readonly Stroke[]): void {
    if (keep === this.#strokes.length && tail.length === 0) return
    this.#strokes = [...this.#strokes.slice(0, keep), ...tail]
    this.#stale = true
  }

  /** The preview of `wet` on top of the committed strokes, `size.width` x `size.height` pixels (bytes R, G, B, A). */
  paint(wet: Stroke): Uint32Array<ArrayBuffer> {
    if (this.#stale) {
      this.#raster.update(this.#strokes)
      this.#before.set(this.#mapper.spread(this.#raster.pixels).color)
      this.#stale = false
    }
    this.#raster.update([...this.#strokes, wet])
    const { color, reach } = this.#mapper.spread(this.#raster.pixels)
    const { width, height, paddedWidth } = this.size
    const shown = new Uint32Array(width * height)
    const own = pixelOf(wet.color)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * paddedWidth + x
        const pixel = color[at]!
        if (pixel === this.#before[at]) continue
        // Paper is white from the first hint on, and was before.
        if (this.#before[at] === 0 && pixel === UNHINTED_PAPER && pixel !== own) continue
        const alpha = Math.min(255, Math.max(0, 255 - (CLEAR_REACH - reach[at]!) * FADE))
        if (alpha > 0 && pixel !== 0) shown[y * width + x] = ((pixel & 0xffffff) | (alpha << 24)) >>> 0
      }
    }
    return shown
  }
}
