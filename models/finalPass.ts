/**
 * The final pass: a refined picture made again at a larger working size, for exports. What people saw is kept: the hints are not
 * spread anew, every segment keeps its color on average; edges, borders between colors and shading get finer.
 *
 * It runs in pieces (a tile of the network, one walk over the pixels; 50 to 250 ms on two busy cores): between two of them the engine
 * is free for whatever is urgent. Memory: about 35 bytes a pixel of the larger size and one tile.
 */
import { carriedLabels } from '../shared/carriedLabels.ts'
import { inkAtWorkSize } from '../shared/ink.ts'
import { largerFinished, withFinished } from '../shared/finishedPicture.ts'
import type { GreyPage, RgbPicture } from '../shared/picture.ts'
import { Upsampler } from '../shared/upsampler.ts'
import type { Size } from '../shared/workSize.ts'
import type { Engine, Network } from './engines/engine.ts'
import { FinalInput, mapPicture, type Shown } from './finalInput.ts'
import type { Model } from './manifest.ts'
import { segmentMeans, shiftSegments } from './segmentColors.ts'
import { keepUnseen } from './steady.ts'
import { runTiles, TILE_MARGIN, paintInto } from './tiles.ts'

/** What the network sees of a page in a final pass (2048 x 1448); a larger one is brought up from there along its lines. */
const FINAL_PIXELS = 2048 * 1448
/** Side of a tile: about 60 ms of two cores. */
const TILE_SIDE = 512

export type FinalPass = AsyncGenerator<void, RgbPicture, void>

type Options = {
  engine: Engine
  models: Record<Network, Model>
  page: GreyPage
  /** Of the same page. */
  shown: Shown
}

/** The finer picture; a page no larger than `shown` has none, it is returned as it is. */
export async function* finalPass({ engine, models, page, shown }: Options): FinalPass {
  const { width, height } = finalSizeOf(page)
  if (width <= shown.picture.width && height <= shown.picture.height)
    return withFinished(shown.picture, shown.finished)
  const size = { width, height, paddedWidth: width, paddedHeight: height }
  const ink = inkAtWorkSize(page.grey, page, size)
  yield
  const grey = ink.map((value) => 255 - value)
  const upsampler = new Upsampler({ width, height, grey }, shown.picture, { ink: shown.ink })
  yield
  const ids = carriedLabels(shown.segments.ids, upsampler.sides)
  const segments = { ids, count: shown.segments.count }
  yield
  const before = segmentMeans(upsampler.apply(shown.picture), segments, ink, width)
  yield
  const { color } = shown.map
  const colors = carriedLabels(new Int32Array(color.buffer, color.byteOffset, color.length), upsampler.sides)
  yield
  const draft = upsampler.apply(shown.draft)
  yield
  const map = upsampler.apply(mapPicture(shown))
  const carried = { width, height, ink, ids, flats: shown.flats, colors, draft, map }
  const picture = { width, height, rgb: new Uint8Array(3 * width * height) }
  yield
  for await (const _ of runTiles({
    engine,
    network: 'refine',
    input: new FinalInput(carried, models.refine.inputs),
    rect: { left: 0, top: 0, right: width, bottom: height },
    side: TILE_SIDE,
    margin: TILE_MARGIN,
    write: paintInto(picture),
  }))
    yield
  keepUnseen(picture, draft)
  const after = segmentMeans(picture, segments, ink, width)
  const offsets = before.map((mean, i) => mean - after[i]!)
  yield
  shiftSegments(picture, segments, offsets, width)
  yield
  return shown.finished ? withFinished(picture, largerFinished(shown.finished, upsampler)) : picture
}

/** The page's own size, or that brought down to FINAL_PIXELS. */
function finalSizeOf({ width, height }: Size): Size {
  const share = Math.min(1, Math.sqrt(FINAL_PIXELS / (width * height)))
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
