/**
 * One page being colored: strokes -> raster -> hint map -> draft -> guess -> refined. Holds the page's buffers at the working size
 * (about 12 MB) and the last draft; the line art itself is not kept, the engine is borrowed and not closed here.
 */
import { flatsOf } from '../shared/flats.ts'
import { HintMapper } from '../shared/hintmap.ts'
import { inkAtWorkSize } from '../shared/ink.ts'
import { HintRaster, isEmpty } from '../shared/raster.ts'
import { borderShares, regionsOf, roominess, type Regions } from '../shared/regions.ts'
import { segmentsOf, type Segments } from '../shared/segments.ts'
import type { Stroke } from '../shared/strokes.ts'
import { workSizeOf, type Size, type WorkSize } from '../shared/workSize.ts'
import type { Engine, Network, Tensor } from './engine.ts'
import type { GreyPage, RgbaPicture, RgbPicture } from '../shared/picture.ts'
import type { Model } from './manifest.ts'
import { Upsampler } from '../shared/upsampler.ts'
import { exactOffsets } from './exact.ts'
import { guessColors, guessShare, paperOffsets, unhintedOffsets } from './guess.ts'
import { fillSegments, segmentMeans, shiftSegments } from './segmentMeans.ts'
import { enlarged, inputTensor, rgbOf, type PageState } from './tensor.ts'

export type ColoringOptions = {
  engine: Engine
  models: Record<Network, Model>
  page: GreyPage
  /** Long side the networks work at; 512 when left out. */
  side?: number
  /** In refined pictures every closed region with a hint shows exactly the hint's color on average, with the network's shading. */
  exact?: boolean
}

export class PageColoring {
  readonly work: WorkSize
  readonly #engine: Engine
  readonly #models: Record<Network, Model>
  readonly #exact: boolean
  readonly #raster: HintRaster
  readonly #mapper: HintMapper
  readonly #regions: Regions
  readonly #borders: Uint8Array
  readonly #state: PageState
  /** Brings a draft of half the size up so that its color stops at the lines. */
  readonly #upsampler: Upsampler
  #segments: Segments
  #draft: Tensor | undefined
  /** Colors of the regions nobody hints, found when first needed. */
  #guess: Float64Array | undefined

  constructor({ engine, models, page, side, exact = false }: ColoringOptions) {
    this.#engine = engine
    this.#models = models
    this.#exact = exact
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
    this.#regions = regionsOf(ink, this.work)
    this.#mapper = new HintMapper({ ink, work: this.work, regions: this.#regions })
    this.#borders = borderShares(this.#regions, this.work)
    const rooms = roominess(this.#regions, this.work)
    const hints = this.#raster.pixels
    this.#state = {
      width: paddedWidth,
      height: paddedHeight,
      ink,
      border: Uint8Array.from(this.#regions.ids, (id) => this.#borders[id]!),
      room: Uint8Array.from(this.#regions.ids, (id) => rooms[id]!),
      hints,
      map: this.#mapper.spread(hints),
    }
    this.#segments = segmentsOf(this.#regions, this.#state.map, ink)
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
    const draft = await this.#runDraft(this.#state)
    this.#draft = draft
    const picture = rgbOf(draft, this.#draftSize())
    const layer = this.#models.draft.scale === 1 ? picture : this.#upsampler.apply(picture)
    const means = segmentMeans(enlarged(draft, this.#state), this.#segments, this.#state.ink)
    this.#shift(layer, await this.#unhintedOffsets(means))
    return layer
  }

  /** Runs the refinement network on the newest hints and the last draft (one is made if there is none). */
  async refine(): Promise<RgbPicture> {
    this.#draft ??= await this.#runDraft(this.#state)
    const { inputs, scale } = this.#models.refine
    const draft = enlarged(this.#draft, this.#state)
    const colors = segmentMeans(draft, this.#segments, this.#state.ink)
    const offsets = await this.#unhintedOffsets(colors)
    shiftSegments(draft, this.#segments, offsets)
    offsets.forEach((offset, i) => (colors[i]! += offset))
    const layers = { draft, flats: fillSegments(colors, this.#segments) }
    const output = await this.#engine.run('refine', inputTensor(this.#state, inputs, scale, layers))
    const means = segmentMeans(output.data, this.#segments, this.#state.ink)
    shiftSegments(output.data, this.#segments, paperOffsets(this.#segments, colors, means))
    if (this.#exact)
      shiftSegments(output.data, this.#segments, exactOffsets(means, this.#segments, this.#state))
    return rgbOf(output, { width: this.work.width, height: this.work.height })
  }

  /** `picture` (a refined one) as one color a segment, at the working size. */
  flats(picture: RgbPicture): RgbPicture {
    const { width, height, paddedWidth } = this.work
    const crop = <A extends Uint8Array | Int32Array>(plane: A, to: A): A => {
      for (let y = 0; y < height; y++)
        to.set(plane.subarray(y * paddedWidth, y * paddedWidth + width), y * width)
      return to
    }
    const ids = crop(this.#segments.ids, new Int32Array(width * height))
    return flatsOf(picture, { ...this.#segments, ids }, crop(this.#state.ink, new Uint8Array(width * height)))
  }

  #runDraft(state: PageState): Promise<Tensor> {
    const { inputs, scale } = this.#models.draft
    return this.#engine.run('draft', inputTensor(state, inputs, scale))
  }

  /** What brings unhinted segments from the draft's colors (`means`) to the page's guess, and faint paper to white. */
  async #unhintedOffsets(means: Float64Array): Promise<Float64Array> {
    const borders = this.#borders
    const share = guessShare(this.#regions, borders, this.#segments)
    if (share > 0) this.#guess ??= await this.#guessColors()
    return unhintedOffsets({ colors: this.#guess, share, borders }, this.#segments, means)
  }

  /** Needs the network's view of the page without any hint. */
  async #guessColors(): Promise<Float64Array> {
    const { ink } = this.#state
    const pixels = ink.length
    const map = {
      color: new Uint32Array(pixels),
      reach: new Uint8Array(pixels),
      near: new Uint8Array(pixels),
    }
    const blank = { ...this.#state, hints: new Uint32Array(pixels), map }
    const draft = enlarged(await this.#runDraft(blank), blank)
    const leaning = segmentMeans(draft, this.#regions, ink)
    return guessColors({ regions: this.#regions, borders: this.#borders, leaning, ink, width: blank.width })
  }

  /** Adds each segment's offset (-1 .. 1) to a color layer of the working size. */
  #shift({ width, height, rgb }: RgbPicture, offsets: Float64Array): void {
    const { ids } = this.#segments
    for (let y = 0, to = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const from = 3 * ids[y * this.work.paddedWidth + x]!
        for (let part = 0; part < 3; part++, to++) {
          rgb[to] = Math.min(255, Math.max(0, Math.round(rgb[to]! + 255 * offsets[from + part]!)))
        }
      }
    }
  }

  #draftSize(): Size {
    const { scale } = this.#models.draft
    return { width: this.work.width * scale, height: this.work.height * scale }
  }

  #spread(): void {
    this.#state.map = this.#mapper.spread(this.#raster.pixels)
    this.#segments = segmentsOf(this.#regions, this.#state.map, this.#state.ink)
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
