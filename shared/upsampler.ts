/**
 * The color layer at another size than the networks': brought up so that color stops at the lines, and put under them.
 *
 * Where the four nearest layer pixels hold no ink, their bilinear mean is the color: no line can lie between them. All other
 * pixels take the color of a neighbour, joined in order of ink like the hint map (shared/hintmap.ts): what lies beside a line
 * gets the color of its own side, and the line itself comes last. A narrow place without any clean layer pixel keeps the
 * layer's own color. Who joins whom depends on the ink alone, so it is found once a page and used for every layer.
 */
import { BucketQueue } from './bucketQueue.ts'
import { LINE_INK } from './fill.ts'
import { doubled } from './doubled.ts'
import { inkAtWorkSize } from './ink.ts'
import type { Size } from './workSize.ts'
import { positions, type Position } from './bilinear.ts'
import type { GreyPage, RgbPicture } from './picture.ts'

/** Layer pixels with more ink than this have part of a line in them. */
const CLEAN_INK = 24

const OPEN = 0
const DONE = 1

export class Upsampler {
  readonly #size: Size
  readonly #columns: Position[]
  readonly #rows: Position[]
  /** Pixels that take another's color, in an order in which that other's is known, and the other. */
  readonly #joined: Int32Array
  readonly #source: Int32Array

  /** For layers of size `layer` on `page`. The page's pixels are not kept. */
  constructor(page: GreyPage, layer: Size) {
    this.#size = { width: page.width, height: page.height }
    this.#columns = positions(page.width, layer.width)
    this.#rows = positions(page.height, layer.height)
    const state = this.#cleanPixels(page, layer)
    const open = state.reduce((count, done) => count + (done === OPEN ? 1 : 0), 0)
    this.#joined = new Int32Array(open)
    this.#source = new Int32Array(open)
    this.#join(state, page)
  }

  /** `layer` brought to the page's size. */
  apply(layer: RgbPicture): RgbPicture {
    const { width, height } = this.#size
    const isDoubled = width === 2 * layer.width && height === 2 * layer.height
    const picture = isDoubled ? doubled(layer) : this.#resized(layer)
    const { rgb } = picture
    const joined = this.#joined
    const sources = this.#source
    for (let i = 0; i < joined.length; i++) {
      const at = 3 * joined[i]!
      const source = 3 * sources[i]!
      rgb[at] = rgb[source]!
      rgb[at + 1] = rgb[source + 1]!
      rgb[at + 2] = rgb[source + 2]!
    }
    return picture
  }

  #resized(layer: RgbPicture): RgbPicture {
    const { width, height } = this.#size
    const rgb = new Uint8Array(3 * width * height)
    const from = layer.rgb
    for (let y = 0, to = 0; y < height; y++) {
      const row = this.#rows[y]!
      const upper = 3 * row.low * layer.width
      const lower = 3 * row.high * layer.width
      for (let x = 0; x < width; x++) {
        const { low, high, share } = this.#columns[x]!
        for (let channel = 0; channel < 3; channel++, to++) {
          const left = 3 * low + channel
          const right = 3 * high + channel
          const above = from[upper + left]! + (from[upper + right]! - from[upper + left]!) * share
          const below = from[lower + left]! + (from[lower + right]! - from[lower + left]!) * share
          rgb[to] = above + (below - above) * row.share + 0.5
        }
      }
    }
    return { width, height, rgb }
  }

  /** DONE for every page pixel whose four nearest layer pixels hold no ink. */
  #cleanPixels(page: GreyPage, layer: Size): Uint8Array {
    const ink = inkAtWorkSize(page.grey, page, {
      ...layer,
      paddedWidth: layer.width,
      paddedHeight: layer.height,
    })
    const state = new Uint8Array(page.width * page.height)
    for (let y = 0, at = 0; y < page.height; y++) {
      const upper = this.#rows[y]!.low * layer.width
      const lower = this.#rows[y]!.high * layer.width
      for (let x = 0; x < page.width; x++, at++) {
        const { low, high } = this.#columns[x]!
        const most = Math.max(ink[upper + low]!, ink[upper + high]!, ink[lower + low]!, ink[lower + high]!)
        state[at] = most <= CLEAN_INK ? DONE : OPEN
      }
    }
    return state
  }

  /** Finds for every open pixel the neighbour whose color it takes. */
  #join(state: Uint8Array, { width, height, grey }: GreyPage): void {
    const pixels = width * height
    const queue = new BucketQueue(pixels)
    let count = 0
    const visit = (from: number, to: number) => {
      if (state[to] !== OPEN) return
      state[to] = DONE
      this.#joined[count] = to
      this.#source[count++] = from
      queue.push(to, Math.max(queue.level, 255 - grey[to]!))
    }
    const neighbours = (at: number, see: (from: number, to: number) => void) => {
      const column = at % width
      if (column > 0) see(at, at - 1)
      if (column < width - 1) see(at, at + 1)
      if (at >= width) see(at, at - width)
      if (at < pixels - width) see(at, at + width)
    }
    const drain = (highest: number) => {
      for (let at = queue.pop(highest); at !== -1; at = queue.pop(highest)) neighbours(at, visit)
    }
    // Of the clean pixels only those beside an open one hand on their color.
    for (let at = 0; at < pixels; at++) {
      if (state[at] !== DONE) continue
      let borders = false
      neighbours(at, (_, to) => (borders ||= state[to] === OPEN))
      if (borders) queue.push(at, 0)
    }
    drain(LINE_INK - 1)
    for (let at = 0; at < pixels; at++) {
      if (state[at] !== OPEN || 255 - grey[at]! >= LINE_INK) continue
      state[at] = DONE
      this.#joined[count] = at
      this.#source[count++] = at
      queue.push(at, LINE_INK - 1)
    }
    drain(255)
  }
}

/** What people see: the color layer times the line art, at the line art's size. The ink itself is untouched. */
export function underLines(layer: RgbPicture, page: GreyPage): RgbPicture {
  const { width, height, rgb } = new Upsampler(page, layer).apply(layer)
  for (let at = 0; at < width * height; at++) {
    const grey = page.grey[at]!
    if (grey === 255) continue
    for (let channel = 3 * at; channel < 3 * at + 3; channel++)
      rgb[channel] = Math.round((rgb[channel]! * grey) / 255)
  }
  return { width, height, rgb }
}
