/**
 * What the refinement network is shown in a final pass: what it was shown for the refined picture, brought to a larger size along the
 * page's lines. Made tile by tile, for all of it at once would be 60 bytes a pixel instead of 15.
 */
import type { HintMap } from '../shared/hintmap.ts'
import type { RgbaPicture, RgbPicture } from '../shared/picture.ts'
import type { Rect } from '../shared/raster.ts'
import type { Size } from '../shared/workSize.ts'
import { inputTensor, type DraftPainters, type PageState } from './tensor.ts'
import type { TileInput } from './tiles.ts'

/** A refined picture and what its network was shown for it: planes of the picture's size, without padding. */
export type Shown = {
  picture: RgbPicture
  draft: RgbPicture
  ink: Uint8Array
  map: HintMap
  segments: { ids: Int32Array; count: number }
  /** The draft's color of each segment, three numbers each, 0..1. */
  flats: Float64Array
  /** What is finished of the page, which `picture` is without. */
  finished: RgbaPicture | undefined
}

/** What was shown, at the larger size without padding. */
export type Carried = Size & {
  ink: Uint8Array
  /** Each pixel's segment, and their colors in the draft. */
  ids: Int32Array
  flats: Float64Array
  /** Each pixel's color in the hint map, as a raster pixel. */
  colors: Int32Array
  draft: RgbPicture
  /** Red: the hint map's reach, green: its near. */
  map: RgbPicture
}

/** Sides as the network takes them; the padding is paper colored like the page's nearest pixels. */
const padded = (side: number) => Math.ceil(side / 32) * 32

export class FinalInput implements TileInput {
  readonly size: Size
  readonly channels: number
  readonly #carried: Carried
  readonly #names: readonly string[]

  /** `names` of the network's channels, see tensor.ts. */
  constructor(carried: Carried, names: readonly string[]) {
    this.size = { width: padded(carried.width), height: padded(carried.height) }
    this.channels = names.length
    this.#carried = carried
    this.#names = names
  }

  read(rect: Rect, data: Float32Array): void {
    const { ink, ids, flats, colors, draft, map } = this.#carried
    const state = blankState(rect)
    this.#each(rect, (at, to, isPadding) => {
      const near = map.rgb[3 * at + 1]!
      state.ink[to] = isPadding ? 0 : ink[at]!
      state.map.color[to] = colors[at]!
      state.map.reach[to] = map.rgb[3 * at]!
      state.map.near[to] = near
      state.hints[to] = near === 255 ? colors[at]! : 0
    })
    const pixels = state.ink.length
    const painters: DraftPainters = {
      draft: (planes) =>
        this.#each(rect, (at, to) => {
          for (let part = 0; part < 3; part++) planes[part * pixels + to] = draft.rgb[3 * at + part]! / 255
        }),
      flats: (planes) =>
        this.#each(rect, (at, to) => {
          for (let part = 0; part < 3; part++) planes[part * pixels + to] = flats[3 * ids[at]! + part]!
        }),
    }
    inputTensor(state, this.#names, 1, painters, data)
  }

  /** Every pixel of a part in reading order: the page's nearest to it, and its number in the part. */
  #each({ left, top, right, bottom }: Rect, see: (at: number, to: number, isPadding: boolean) => void): void {
    const { width, height } = this.#carried
    for (let y = top, to = 0; y < bottom; y++) {
      const row = Math.min(y, height - 1) * width
      for (let x = left; x < right; x++, to++)
        see(row + Math.min(x, width - 1), to, x >= width || y >= height)
    }
  }
}

/** Reach and near as two colors of a picture, so that they are brought up like one. */
export function mapPicture({ picture: { width, height }, map }: Shown): RgbPicture {
  const rgb = new Uint8Array(3 * width * height)
  for (let at = 0; at < width * height; at++) {
    rgb[3 * at] = map.reach[at]!
    rgb[3 * at + 1] = map.near[at]!
  }
  return { width, height, rgb }
}

/** The refinement network is not shown what regions are like. */
function blankState({ left, top, right, bottom }: Rect): PageState {
  const [width, height] = [right - left, bottom - top]
  const plane = () => new Uint8Array(width * height)
  const none = new Uint8Array(0)
  const map = { color: new Uint32Array(width * height), reach: plane(), near: plane() }
  const hints = new Uint32Array(width * height)
  return { width, height, ink: plane(), border: none, room: none, open: none, hints, map }
}
