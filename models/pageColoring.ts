/**
 * One page being colored: strokes -> raster -> hint map -> draft -> refined. Holds the page's buffers at the working size (about
 * 7 MB) and the last draft; the line art itself is not kept, the engine is borrowed and not closed here.
 */
import { HintMapper } from '../shared/hintmap.ts'
import { inkAtWorkSize } from '../shared/ink.ts'
import { HintRaster, isEmpty } from '../shared/raster.ts'
import type { Stroke } from '../shared/strokes.ts'
import { workSizeOf, type Size, type WorkSize } from '../shared/workSize.ts'
import type { Engine, Network, Tensor } from './engine.ts'
import type { GreyPage, RgbaPicture, RgbPicture } from '../shared/picture.ts'
import type { Model } from './manifest.ts'
import { Upsampler } from '../shared/upsampler.ts'
import { inputTensor, rgbOf, type PageState } from './tensor.ts'

export type ColoringOptions = {
  engine: Engine
  models: Record<Network, Model>
  page: GreyPage
  /** Long side the networks work at; 512 when left out. */
  side?: number
}

export class PageColoring {
  readonly work: WorkSize
  readonly #engine: Engine
  readonly #models: Record<Network, Model>
  readonly #raster: HintRaster
  readonly #mapper: HintMapper
  readonly #state: PageState
  /** Brings a draft of half the size up so that its color stops at the lines. */
  readonly #upsampler: Upsampler
  #draft: Tensor | undefined

  constructor({ engine, models, page, side }: ColoringOptions) {
    this.#engine = engine
    this.#models = models
    this.work = workSizeOf(page, side)
    const { width, height, paddedWidth, paddedHeight } = this.work
    const ink = inkAtWorkSize(page.grey, page, this.work)
    this.#raster = new HintRaster({
      page: { width: page.width, height: page.height },
      size: { width, height },
      stride: paddedWidth,
      rows: paddedHeight,
      ink,
    })
    this.#mapper = new HintMapper(ink, paddedWidth, paddedHeight)
    const hints = this.#raster.pixels
    this.#state = { width: paddedWidth, height: paddedHeight, ink, hints, map: this.#mapper.spread(hints) }
    this.#upsampler = new Upsampler(unpadded(ink, this.work), this.#draftSize())
  }

  /** Makes the hints exactly these strokes (compared by identity with the ones before). */
  setStrokes(strokes: readonly Stroke[]): void {
    if (!isEmpty(this.#raster.update(strokes))) this.#spread()
  }

  /** Makes the hints the opaque pixels of a picture of any size, scaled to the page. */
  setPicture({ width, height, rgba }: RgbaPicture): void {
    const { pixels, stride, size } = this.#raster
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        pixels[y * stride + x] = paintedPixel(
          rgba,
          width,
          Math.floor((x * width) / size.width),
          Math.ceil(((x + 1) * width) / size.width),
          Math.floor((y * height) / size.height),
          Math.ceil(((y + 1) * height) / size.height),
        )
      }
    }
    this.#spread()
  }

  /** Runs the draft network on the newest hints; the color layer at the working size. */
  async draft(): Promise<RgbPicture> {
    const { inputs, scale } = this.#models.draft
    this.#draft = await this.#engine.run('draft', inputTensor(this.#state, inputs, scale))
    const picture = rgbOf(this.#draft, this.#draftSize())
    return scale === 1 ? picture : this.#upsampler.apply(picture)
  }

  /** Runs the refinement network on the newest hints and the last draft (one is made if there is none). */
  async refine(): Promise<RgbPicture> {
    if (!this.#draft) await this.draft()
    const { inputs, scale } = this.#models.refine
    const output = await this.#engine.run('refine', inputTensor(this.#state, inputs, scale, this.#draft))
    return rgbOf(output, { width: this.work.width, height: this.work.height })
  }

  #draftSize(): Size {
    const { scale } = this.#models.draft
    return { width: this.work.width * scale, height: this.work.height * scale }
  }

  #spread(): void {
    this.#state.map = this.#mapper.spread(this.#raster.pixels)
  }
}

/** Ink of the padded working size as line art of the page alone. */
function unpadded(ink: Uint8Array, { width, height, paddedWidth }: WorkSize): GreyPage {
  const grey = new Uint8Array(width * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) grey[y * width + x] = 255 - ink[y * paddedWidth + x]!
  }
  return { width, height, grey }
}

/** The most central opaque pixel of an area, or 0: a thin stroke of a large picture is not lost. */
function paintedPixel(
  rgba: Uint8Array,
  width: number,
  left: number,
  right: number,
  top: number,
  bottom: number,
): number {
  let best = 0
  let nearest = Infinity
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const at = 4 * (y * width + x)
      if (rgba[at + 3]! < 128) continue
      const distance = Math.abs(2 * x + 1 - left - right) + Math.abs(2 * y + 1 - top - bottom)
      if (distance >= nearest) continue
      nearest = distance
      best = ((0xff << 24) | (rgba[at + 2]! << 16) | (rgba[at + 1]! << 8) | rgba[at]!) >>> 0
    }
  }
  return best
}
