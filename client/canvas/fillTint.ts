/**
 * What a fill at a place would paint, as a tint with a contour: the very region that the hints' raster would show, for it is found in
 * the same ink by the same code. Asked again within one region, it has nothing new to say. Pure; runs in fillTint.worker.ts.
 */
import { Fills, fillPlace, type Region } from '../../shared/fill.ts'
import { pixelOf, type Rect } from '../../shared/raster.ts'
import type { Size } from '../../shared/workSize.ts'
import { contourReach, hintSizeOf } from './hintPainter.ts'
import { inkAt } from './lineArt.ts'
import { outline } from './outline.ts'
import { UNITS } from './pen.ts'
import type { Point } from './view.ts'

/** `place` and `gap` in page pixels. */
export type FillQuestion = { place: Point; gap: number; color: number }
/** The pixels of `rect` (bytes R, G, B, A) on a raster of `size` that lies over the page. */
export type FillTint = { rect: Rect; size: Size; pixels: Uint32Array<ArrayBuffer> }

const TINT_ALPHA = 0x73

export class FillTinter {
  readonly #page: Size
  readonly #size: Size
  readonly #fills: Fills
  #last: { region: Region; color: number } | undefined

  constructor(art: { page: Size; grey: Uint8Array }) {
    this.#page = art.page
    this.#size = hintSizeOf(art.page)
    this.#fills = new Fills({ ink: inkAt(art, this.#size), stride: this.#size.width, ...this.#size })
  }

  /** Undefined when it is the tint that was given last. */
  at({ place, gap, color }: FillQuestion): FillTint | undefined {
    const eighths = { x: place.x * UNITS, y: place.y * UNITS, gap: Math.round(gap * UNITS) }
    const begin = fillPlace(this.#page, this.#size, eighths)
    const region = this.#fills.region(begin.x, begin.y, begin.gap)
    if (this.#last?.region === region && this.#last.color === color) return undefined
    this.#last = { region, color }
    return this.#tinted(region, color)
  }

  #tinted({ rect, mask }: Region, color: number): FillTint {
    const reach = contourReach(this.#size)
    // Room around it, for a contour is not drawn at the edge of what it is drawn on.
    const room = {
      left: rect.left - reach,
      top: rect.top - reach,
      right: rect.right + reach,
      bottom: rect.bottom + reach,
    }
    const width = room.right - room.left
    const height = room.bottom - room.top
    const columns = rect.right - rect.left
    const painted = new Uint32Array(width * height)
    const pixel = pixelOf(color)
    for (let at = 0; at < mask.length; at++) {
      if (mask[at]) painted[(Math.floor(at / columns) + reach) * width + (at % columns) + reach] = pixel
    }
    const pixels = new Uint32Array(width * height)
    outline(painted, pixels, width, { left: 0, top: 0, right: width, bottom: height }, reach)
    const tint = ((pixel & 0xffffff) | (TINT_ALPHA << 24)) >>> 0
    for (let at = 0; at < pixels.length; at++) if (pixels[at] === pixel) pixels[at] = tint
    return { rect: room, size: this.#size, pixels }
  }
}
