/**
 * The final pass: a refined picture made again at a larger working size, for exports. What people saw is kept: the hints are not
 * spread anew, every segment keeps its color on average; edges, borders between colors and shading get finer.
 *
 * It runs in pieces of a few tens of milliseconds at best and some hundred at worst (a tile of the network, one walk over the pixels): between two of them
 * the engine is free for whatever is urgent. Memory: about 40 bytes a pixel of the larger size and one tile.
 */
import { carriedLabels } from '../shared/carriedLabels.ts'
import { inkAtWorkSize } from '../shared/ink.ts'
import type { GreyPage, RgbPicture } from '../shared/picture.ts'
import { Upsampler } from '../shared/upsampler.ts'
import type { Size } from '../shared/workSize.ts'
import type { Engine, Network } from './engine.ts'
import { FinalInput, mapPicture, type Shown } from './finalInput.ts'
import type { Model } from './manifest.ts'
import { segmentMeans, shiftSegments } from './segmentMeans.ts'
import { planesOf, rgbOf } from './tensor.ts'
import { runTiles, TILE_MARGIN, writeInto } from './tiles.ts'

/** Longest side the network sees in a final pass; a larger page is brought up from there along its lines. */
const FINAL_SIDE = 2048
/** Side of a tile: about 60 ms of two cores. */
const TILE_SIDE = 512

export type FinalPass = AsyncGenerator<void, RgbPicture, void>

type Options = {
  engine: Engine
  models: Record<Network, Model>
  page: GreyPage
  /** Of the same page; given away. */
  shown: Shown
}

/** The finer picture; a page no larger than `shown` has none, it is returned as it is. */
export async function* finalPass({ engine, models, page, shown }: Options): FinalPass {
  const { width, height } = finalSizeOf(page)
  if (width <= shown.picture.width && height <= shown.picture.height) return shown.picture
  const size = { width, height, paddedWidth: width, paddedHeight: height }
  const ink = inkAtWorkSize(page.grey, page, size)
  yield
  const grey = ink.map((value) => 255 - value)
  const upsampler = new Upsampler({ width, height, grey }, shown.picture, { ink: shown.ink })
  yield
  const ids = carriedLabels(shown.segments.ids, upsampler.sides)
  const segments = { ids, count: shown.segments.count }
  yield
  const output = { data: new Float32Array(3 * width * height), channels: 3, width, height }
  const before = segmentMeans(planesOf(upsampler.apply(shown.picture), size, output.data), segments, ink)
  yield
  const { color } = shown.map
  const colors = carriedLabels(new Int32Array(color.buffer, color.byteOffset, color.length), upsampler.sides)
  yield
  const draft = upsampler.apply(shown.draft)
  yield
  const map = upsampler.apply(mapPicture(shown))
  const carried = { width, height, ink, ids, flats: shown.flats, colors, draft, map }
  yield
  for await (const _ of runTiles({
    engine,
    network: 'refine',
    input: new FinalInput(carried, models.refine.inputs),
    rect: { left: 0, top: 0, right: width, bottom: height },
    side: TILE_SIDE,
    margin: TILE_MARGIN,
    write: writeInto(output),
  }))
    yield
  const after = segmentMeans(output.data, segments, ink)
  yield
  shiftSegments(
    output.data,
    segments,
    before.map((mean, i) => mean - after[i]!),
  )
  return rgbOf(output, size)
}

/** The page's own size, or that with its longer side brought to FINAL_SIDE. */
function finalSizeOf({ width, height }: Size): Size {
  const share = Math.min(1, FINAL_SIDE / Math.max(width, height))
  const scaled = (side: number) => Math.max(1, Math.round(share * side))
  return { width: scaled(width), height: scaled(height) }
}

/** Runs a final pass to its end. */
export async function finished(pass: FinalPass): Promise<RgbPicture> {
  for (;;) {
    const { done, value } = await pass.next()
    if (done) return value
  }
}
