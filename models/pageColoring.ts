/**
 * One page being colored: strokes -> raster -> hint map -> draft -> guess -> refined. Holds the page's buffers at the working size
 * (about 14 MB, the last draft among them); the line art itself is not kept, the engine is borrowed and not closed here. Pages
 * of one engine take turns: a call ends before the next begins, on whichever page.
 */
import { flatsOf } from '../shared/flats.ts'
import { HintMapper } from '../shared/hintmap.ts'
import { inkAtWorkSize } from '../shared/ink.ts'
import { HintRaster, isEmpty } from '../shared/raster.ts'
import { borderShares, regionsOf, roominess, type Regions } from '../shared/regions.ts'
import { segmentsOf, type Segments } from '../shared/segments.ts'
import type { Stroke } from '../shared/strokes.ts'
import { workSizeOf, type Size, type WorkSize } from '../shared/workSize.ts'
import type { Engine, Network, Tensor } from './engines/engine.ts'
import type { GreyPage, RgbaPicture, RgbPicture } from '../shared/picture.ts'
import type { Model } from './manifest.ts'
import { Upsampler } from '../shared/upsampler.ts'
import { exactOffsets } from './exact.ts'
import type { Shown } from './finalInput.ts'
import { guessColors, guessShare } from './guess.ts'
import { Scratch } from './scratch.ts'
import { Shapes } from './shapes.ts'
import { paintPicture, paintSegments, segmentMeans, shiftSegments, type Planes } from './segmentColors.ts'
import { keepUnseen } from './steady.ts'
import { inputTensor, rgbOf, type PageState } from './tensor.ts'
import { twinSegments } from './twins.ts'
import { settledOffsets, unhintedOffsets } from './unhinted.ts'

export type ColoringOptions = {
  engine: Engine
  models: Record<Network, Model>
  page: GreyPage
  /** Long side the networks work at; 512 when left out. */
  side?: number
  /** In refined pictures every closed region with a hint shows exactly the hint's color on average, with the network's shading. */
  exact?: boolean
}

/** A draft as people see it and its color of each segment, and what brought them there (three numbers a segment). */
type DraftFlats = { segments: Segments; twins: Int32Array; colors: Float64Array; shown: RgbPicture }

export class PageColoring {
  readonly work: WorkSize
  readonly #engine: Engine
  readonly #scratch: Scratch
  readonly #models: Record<Network, Model>
  readonly #exact: boolean
  readonly #raster: HintRaster
  readonly #mapper: HintMapper
  readonly #regions: Regions
  readonly #borders: Uint8Array
  readonly #shapes: Shapes
  readonly #state: PageState
  /** Brings a draft of half the size up so that its color stops at the lines. */
  readonly #upsampler: Upsampler
  #segments: Segments
  /** The last draft at the working size, before its segments are shifted. */
  #draft: RgbPicture | undefined
  /** What that draft says of the segments, found when first needed. */
  #flats: DraftFlats | undefined
  /** Colors of the regions nobody hints, found when first needed. */
  #guess: Float64Array | undefined

  constructor({ engine, models, page, side, exact = false }: ColoringOptions) {
    this.#engine = engine
    this.#scratch = Scratch.of(engine)
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
    this.#shapes = new Shapes(this.#regions, this.work)
    const rooms = roominess(this.#regions, this.work)
    const hints = this.#raster.pixels
    this.#state = {
      width: paddedWidth,
      height: paddedHeight,
      ink,
      border: Uint8Array.from(this.#regions.ids, (id) => this.#borders[id]!),
      room: Uint8Array.from(this.#regions.ids, (id) => rooms[id]!),
      open: this.#regions.openness.map((rays) => Math.min(255, 16 * rays)),
      hints,
      map: this.#mapper.spread(hints),
    }
    this.#segments = segmentsOf(this.#regions, this.#state.map, ink)
    this.#upsampler = new Upsampler(unpadded(ink, this.work), this.#draftSize(), { narrowPlaces: 'blended' })
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
    const { shown } = await this.#flatsOf(await this.#newDraft())
    return shown
  }

  /** Runs the refinement network on the newest hints and the last draft (one is made if there is none). */
  async refine(): Promise<RgbPicture> {
    return (await this.refineUnless(() => Promise.resolve(false)))!
  }

  /** The same, but undefined when `isStale`, asked before the network runs and after, says that nobody needs it any more. */
  async refineUnless(isStale: () => Promise<boolean>): Promise<RgbPicture | undefined> {
    const { colors, shown, twins } = await this.#flatsOf(this.#draft ?? (await this.#newDraft()))
    if (await isStale()) return undefined
    const segments = this.#segments
    const stride = this.work.paddedWidth
    const output = await this.#runRefine(shown, colors)
    if (await isStale()) return undefined
    const refined = rgbOf(output, this.work)
    const means = segmentMeans(refined, segments, this.#state.ink, stride)
    const offsets = settledOffsets(segments, twins, colors, means)
    if (this.#exact) exactOffsets(means, segments).forEach((offset, i) => (offsets[i]! += offset))
    shiftSegments(refined, segments, offsets, stride)
    if (!this.#exact) keepUnseen(refined, shown)
    return refined
  }

  /** The refined picture and what its network was shown for it, which a final pass (finalPass.ts) goes by; it stays as it is. */
  async shown(): Promise<Shown> {
    const picture = await this.refine()
    const { colors, shown, segments } = await this.#flatsOf(this.#draft!)
    const { ink, map } = this.#state
    return {
      picture,
      draft: shown,
      ink: cropped(ink, this.work),
      map: {
        color: cropped(map.color, this.work),
        reach: cropped(map.reach, this.work),
        near: cropped(map.near, this.work),
      },
      segments: { ids: cropped(segments.ids, this.work), count: segments.count },
      flats: colors,
    }
  }

  /** `picture` (a refined one) as one color a segment, at the working size. */
  flats(picture: RgbPicture): RgbPicture {
    const ids = cropped(this.#segments.ids, this.work)
    return flatsOf(picture, { ...this.#segments, ids }, cropped(this.#state.ink, this.work))
  }

  /** Keeps the new draft for refine(). */
  async #newDraft(): Promise<RgbPicture> {
    this.#flats = undefined
    return (this.#draft = await this.#runDraft(this.#state))
  }

  /** The draft network's color layer at the working size; its color stops at the lines. */
  async #runDraft(state: PageState): Promise<RgbPicture> {
    const { inputs, scale } = this.#models.draft
    const data = this.#scratch.take('input', inputs.length * state.ink.length * scale * scale)
    const output = await this.#engine.run('draft', inputTensor(state, inputs, scale, undefined, data))
    const picture = rgbOf(output, this.#draftSize())
    return scale === 1 ? picture : this.#upsampler.apply(picture)
  }

  /** Shows the refinement network the draft that people see, and that as one color a segment. */
  async #runRefine(shown: RgbPicture, colors: Float64Array): Promise<Tensor> {
    const { inputs, scale } = this.#models.refine
    const data = this.#scratch.take('input', inputs.length * this.#state.ink.length)
    const draft = {
      draft: (planes: Planes) => paintPicture(shown, this.work, planes),
      flats: (planes: Planes) => paintSegments(colors, this.#segments, planes),
    }
    return this.#engine.run('refine', inputTensor(this.#state, inputs, scale, draft, data))
  }

  /** Brings unhinted segments from the draft's colors to their twins' or the page's guess, and faint paper to white. */
  async #flatsOf(draft: RgbPicture): Promise<DraftFlats> {
    const segments = this.#segments
    if (this.#flats?.segments === segments) return this.#flats
    const borders = this.#borders
    const stride = this.work.paddedWidth
    const colors = segmentMeans(draft, segments, this.#state.ink, stride)
    const share = guessShare(this.#regions, borders, segments)
    if (share > 0) this.#guess ??= await this.#guessColors()
    const twins = twinSegments(segments, this.#regions, this.#shapes)
    const offsets = unhintedOffsets({ colors: this.#guess, share, twins, borders }, segments, colors)
    offsets.forEach((offset, i) => (colors[i]! += offset))
    const shown = { ...draft, rgb: draft.rgb.slice() }
    shiftSegments(shown, segments, offsets, stride)
    return (this.#flats = { segments, twins, colors, shown })
  }

  /** Needs the network's view of the page without any hint. */
  async #guessColors(): Promise<Float64Array> {
    const { ink, width } = this.#state
    const pixels = ink.length
    const map = {
      color: new Uint32Array(pixels),
      reach: new Uint8Array(pixels),
      near: new Uint8Array(pixels),
    }
    const draft = await this.#runDraft({ ...this.#state, hints: new Uint32Array(pixels), map })
    const leaning = segmentMeans(draft, this.#regions, ink, width)
    const page = { regions: this.#regions, borders: this.#borders, shapes: this.#shapes }
    return guessColors({ ...page, leaning, ink, width })
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

/** A plane of the padded working size without its padding, in a buffer of its own. */
function cropped<A extends Uint8Array | Uint32Array | Int32Array>(
  plane: A,
  { width, height, paddedWidth }: WorkSize,
): A {
  const page = plane.slice(0, width * height) as A
  for (let y = 0; y < height; y++)
    page.set(plane.subarray(y * paddedWidth, y * paddedWidth + width), y * width)
  return page
}

/** Ink of the padded working size as line art of the page alone. */
function unpadded(ink: Uint8Array, work: WorkSize): GreyPage {
  return { width: work.width, height: work.height, grey: cropped(ink, work).map((value) => 255 - value) }
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
