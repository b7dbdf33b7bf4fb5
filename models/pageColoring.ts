/**
 * One page being colored: strokes -> raster -> hint map -> draft -> guess -> refined. Holds the page's buffers at the working size
 * (about 19 MB with the last pictures); the line art itself is not kept, the engine is borrowed and not closed here. Pages
 * of one engine take turns: a call ends before the next begins, on whichever page.
 */
import { fillPlace, fillRegion, LINE_INK } from '../shared/fill.ts'
import { fewerColors } from '../shared/fewerColors.ts'
import { flatsOf } from '../shared/flats.ts'
import { HintMapper } from '../shared/hintmap.ts'
import { inkAtWorkSize } from '../shared/ink.ts'
import { colorOf, HintRaster, isEmpty } from '../shared/raster.ts'
import { borderShares, regionsOf, roominess, type Regions } from '../shared/regions.ts'
import { segmentsOf, type Segments } from '../shared/segments.ts'
import type { Stroke } from '../shared/strokes.ts'
import { workSizeOf, type Size, type WorkSize } from '../shared/workSize.ts'
import type { Engine, Network, Tensor } from './engines/engine.ts'
import { CarriedShading } from './carriedShading.ts'
import type { GreyPage, RgbaPicture, RgbPicture } from '../shared/picture.ts'
import type { Model } from './manifest.ts'
import { Upsampler } from '../shared/upsampler.ts'
import { cropped, unpadded } from './cropped.ts'
import { exactFlats, exactOffsets } from './exact.ts'
import type { Shown } from './finalInput.ts'
import { FinishedRegions, type FinishedPatch } from './finishedRegions.ts'
import { guessColors, guessShare, type Rgb } from './guess.ts'
import { Refiner } from './refiner.ts'
import { paintHints } from './hintPicture.ts'
import { Scratch } from './scratch.ts'
import { Shapes } from './shapes.ts'
import { paintPicture, paintSegments, segmentMeans, shiftSegments, type Planes } from './segmentColors.ts'
import { keepUnseen } from './steady.ts'
import { SteadyDrafts } from './steadyDrafts.ts'
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
  /** Colors (0xRRGGBB) that unhinted regions are colored with, and no others; hints and what looks like a hinted region keep theirs. */
  palette?: readonly number[]
}

/** A draft as people see it and its color of each segment, and what brought them there (three numbers a segment). */
type DraftFlats = { segments: Segments; twins: Int32Array; colors: Float64Array; shown: RgbPicture }

export class PageColoring {
  readonly work: WorkSize
  readonly #page: Size
  readonly #engine: Engine
  readonly #scratch: Scratch
  readonly #models: Record<Network, Model>
  readonly #exact: boolean
  readonly #palette: readonly Rgb[] | undefined
  readonly #raster: HintRaster
  readonly #mapper: HintMapper
  readonly #regions: Regions
  readonly #borders: Uint8Array
  readonly #shapes: Shapes
  readonly #state: PageState
  readonly #drafts: SteadyDrafts
  readonly #refiner: Refiner
  readonly #shading: CarriedShading
  readonly #finished: FinishedRegions
  /** Brings a draft of half the size up so that its color stops at the lines. */
  readonly #upsampler: Upsampler
  #segments: Segments
  /** The last draft at the working size, before its segments are shifted. */
  #draft: RgbPicture | undefined
  /** What that draft says of the segments, found when first needed. */
  #flats: DraftFlats | undefined
  /** Colors of the regions nobody hints, found when first needed. */
  #guess: Float64Array | undefined

  constructor({ engine, models, page, side, exact = false, palette }: ColoringOptions) {
    this.#page = { width: page.width, height: page.height }
    this.#engine = engine
    this.#scratch = Scratch.of(engine)
    this.#models = models
    // Who says which colors there may be means the hints' too.
    this.#exact = exact || palette !== undefined
    this.#palette = palette?.map((color) => [
      (color >> 16) / 255,
      ((color >> 8) & 0xff) / 255,
      (color & 0xff) / 255,
    ])
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
    this.#drafts = new SteadyDrafts(this.work)
    this.#refiner = new Refiner(engine, this.work)
    this.#shading = new CarriedShading(this.work)
    this.#finished = new FinishedRegions(this.work)
    this.#upsampler = new Upsampler(unpadded(ink, this.work), this.#draftSize(), { narrowPlaces: 'blended' })
  }

  /** Makes the hints exactly these strokes (compared by identity with the ones before). */
  setStrokes(strokes: readonly Stroke[]): void {
    if (!isEmpty(this.#raster.update(strokes))) this.#spread()
  }

  /** Makes the hints the opaque pixels of a picture of any size, scaled to the page. */
  setPicture(picture: RgbaPicture): void {
    paintHints(this.#raster, picture)
    this.#spread()
  }

  /** Makes the finished regions exactly these: all pictures show them as they are. */
  setFinished(patches: readonly FinishedPatch[]): void {
    this.#finished.set(patches)
  }

  /**
   * What is to be kept of the region around a place (in 1/8 page pixels, as a fill's) when it is finished now. It is not finished by
   * that yet. A code when there is no region, or it is finished already.
   */
  async finish(place: {
    x: number
    y: number
    gap: number
  }): Promise<FinishedPatch | 'no-region' | 'finished-already'> {
    const { width, height, paddedWidth: stride } = this.work
    const { ink } = this.#state
    const { x, y, gap } = fillPlace(this.#page, this.work, place)
    if (x < 0 || y < 0 || x >= width || y >= height || ink[y * stride + x]! >= LINE_INK) return 'no-region'
    if (this.#finished.has(x, y)) return 'finished-already'
    const refined = await this.refine()
    return this.#finished.cut(
      fillRegion({ ink, stride, width, height }, x, y, gap),
      refined,
      this.flats(refined),
    )
  }

  /** Runs the draft network on the newest hints; the color layer at the working size. */
  async draft(): Promise<RgbPicture> {
    const { shown } = await this.#flatsOf(await this.#newDraft())
    return this.#finished.over(shown)
  }

  /** The same as people see it until the refined picture comes: with what the last refining did wherever it still holds. */
  async shadedDraft(): Promise<RgbPicture> {
    const { shown } = await this.#flatsOf(await this.#newDraft())
    return this.#finished.over(this.#shading.over(shown, this.#state.map.color))
  }

  /** Runs the refinement network on the newest hints and the last draft (one is made if there is none). */
  async refine(): Promise<RgbPicture> {
    return (await this.refineUnless(() => Promise.resolve(false)))!
  }

  /** The same, but undefined when `isStale`, asked before the network runs and after, says that nobody needs it any more. */
  async refineUnless(isStale: () => Promise<boolean>): Promise<RgbPicture | undefined> {
    const refined = await this.#refined(isStale)
    return refined && this.#finished.over(refined)
  }

  /** As the networks color it, whatever is finished. */
  async #refined(isStale: () => Promise<boolean>): Promise<RgbPicture | undefined> {
    const { colors, shown, twins } = await this.#flatsOf(this.#draft ?? (await this.#newDraft()))
    if (await isStale()) return undefined
    const segments = this.#segments
    const stride = this.work.paddedWidth
    const { hints, map } = this.#state
    const seen = { hints, map, draft: shown, ids: segments.ids, flats: colors }
    const refined = await this.#refiner.refine(seen, () => this.#refineInput(shown, colors))
    if (await isStale()) return undefined
    const means = segmentMeans(refined, segments, this.#state.ink, stride)
    const settled = settledOffsets(segments, twins, colors, means, this.#palette !== undefined)
    const offsets = this.#exact ? exactOffsets(means, segments, twins, settled) : settled
    shiftSegments(refined, segments, offsets, stride)
    if (!this.#exact) keepUnseen(refined, shown)
    this.#shading.keep(refined, shown, map.color)
    return refined
  }

  /** The refined picture and what its network was shown for it, which a final pass (finalPass.ts) goes by; it stays as it is. */
  async shown(): Promise<Shown> {
    // What is finished comes over it at the end: were it here, segments that are finished in part would take its color on.
    const picture = (await this.#refined(() => Promise.resolve(false)))!
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
      finished: this.#finished.picture,
    }
  }

  /** `picture` (a refined one) as one color a segment, at the working size. */
  flats(picture: RgbPicture): RgbPicture {
    const ids = cropped(this.#segments.ids, this.work)
    const flats = flatsOf(picture, { ...this.#segments, ids }, cropped(this.#state.ink, this.work))
    if (this.#exact && this.#flats?.segments === this.#segments) {
      const { twins, colors, segments } = this.#flats
      exactFlats(flats, { ...segments, ids }, twins, this.#palette && colors)
    }
    return this.#finished.overFlats(flats)
  }

  /**
   * The flats of a refined picture as people take them to other programs: what is hinted, or looks like it, is exactly the hint's color,
   * and no two colors look the same. At the working size.
   */
  async sortedFlats(picture: RgbPicture): Promise<RgbPicture> {
    const { segments, twins } = await this.#flatsOf(this.#draft ?? (await this.#newDraft()))
    const ids = cropped(segments.ids, this.work)
    const flats = flatsOf(picture, { ...segments, ids }, cropped(this.#state.ink, this.work))
    const bound = this.#palette && this.#flats?.colors
    exactFlats(flats, { ...segments, ids }, twins, bound)
    const hinted = new Set<number>()
    for (const pixel of segments.colors) if (pixel !== 0) hinted.add(colorOf(pixel))
    fewerColors(flats, hinted)
    return this.#finished.overFlats(flats)
  }

  /** Keeps the new draft for refine(). */
  async #newDraft(): Promise<RgbPicture> {
    const draft = await this.#runDraft(this.#state)
    this.#flats = undefined
    return (this.#draft = this.#drafts.settle(draft, this.#state.map.color))
  }

  /** The draft network's color layer at the working size; its color stops at the lines. */
  async #runDraft(state: PageState): Promise<RgbPicture> {
    const { inputs, scale } = this.#models.draft
    const data = this.#scratch.take('input', inputs.length * state.ink.length * scale * scale)
    const output = await this.#engine.run('draft', inputTensor(state, inputs, scale, undefined, data))
    const picture = rgbOf(output, this.#draftSize())
    return scale === 1 ? picture : this.#upsampler.apply(picture)
  }

  /** What the refinement network is shown: among other things the draft that people see, and that as one color a segment. */
  #refineInput(shown: RgbPicture, colors: Float64Array): Tensor {
    const { inputs, scale } = this.#models.refine
    const data = this.#scratch.take('input', inputs.length * this.#state.ink.length)
    const draft = {
      draft: (planes: Planes) => paintPicture(shown, this.work, planes),
      flats: (planes: Planes) => paintSegments(colors, this.#segments, planes),
    }
    return inputTensor(this.#state, inputs, scale, draft, data)
  }

  /** Brings unhinted segments from the draft's colors to their twins' or the page's guess, and faint paper to white. */
  async #flatsOf(draft: RgbPicture): Promise<DraftFlats> {
    const segments = this.#segments
    if (this.#flats?.segments === segments) return this.#flats
    const borders = this.#borders
    const stride = this.work.paddedWidth
    const colors = segmentMeans(draft, segments, this.#state.ink, stride)
    const isBound = this.#palette !== undefined
    const share = isBound ? 1 : guessShare(this.#regions, borders, segments)
    if (share > 0) this.#guess ??= await this.#guessColors()
    const twins = twinSegments(segments, this.#regions, this.#shapes)
    const offsets = unhintedOffsets({ colors: this.#guess, share, twins, borders, isBound }, segments, colors)
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
    return guessColors({ ...page, leaning, ink, width, ...(this.#palette && { palette: this.#palette }) })
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
