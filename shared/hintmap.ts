/**
 * The hint map: the hints spread over the whole page, lines crossed last. It feeds the networks and is the instant preview.
 *
 * A marker watershed by priority flood (Meyer 1994; Barnes et al. 2014, "Priority-Flood"): the painted pixels are the
 * markers, the elevation is the blurred ink, and pixels join their neighbour's color in order of elevation. Blurring closes
 * small gaps; wider ones are closed by the regions (regions.ts): to leave a region costs something even where no ink is.
 * Integer arithmetic throughout: the same bytes in a browser, in Node and in the training code.
 *
 * The markers are cleaned first: what a stroke spilled over a line does not count. A connected patch of one color is cut by
 * the lines, and pieces under 30 % of its largest are dropped, unless all of it lies on lines.
 */
import { BucketQueue } from './bucketQueue.ts'
import { blurInk } from './blurInk.ts'
import { LINE_INK } from './fill.ts'
import { repeatEdges } from './padding.ts'
import type { Regions } from './regions.ts'
import type { WorkSize } from './workSize.ts'

/** Per pixel of the padded working size; padding is like the page's nearest pixel. Without any hint everything is zero. */
export type HintMap = {
  /** The hint's color as a raster pixel (bytes R, G, B, 255). */
  readonly color: Uint32Array
  /** 255 where no line lies between a pixel and its hint, 207 where a closed gap does .. 0 behind or on solid ink. */
  readonly reach: Uint8Array
  /**
   * 255 on a hint, falling with the flood's distance d as 64 / (64 + d); but not below 160 where nothing lies between: in its
   * own region a hint is never far (unless it may be spill: the lesser piece of a stroke across a line).
   */
  readonly near: Uint8Array
}

/** The level at which a color leaves its region through a closed gap: after all of the region, before any line of weight. */
const GAP_LEVEL = 48
/** Pieces of a cut stroke smaller than this share (in percent) of its largest are spill. */
const SPILL_PERCENT = 30
const NEAR_SCALE = 64
const NEAR_IN_REGION = 160

const UNSEEN = 0
const PATCH = 1
const MARKER = 2
const SPILL = 3
/** A marker too, but not the largest piece of its patch: perhaps meant, perhaps spilled. */
const LESSER_MARKER = 4

/** Distances are counted up to here; from far on they all look alike. */
const FARTHEST = 0xffff
const nearOf = Uint8Array.from({ length: FARTHEST + 1 }, (_, distance) =>
  Math.floor((255 * NEAR_SCALE) / (NEAR_SCALE + distance)),
)

/** What hint maps of a page are made of: its ink (one byte a pixel, 0 paper .. 255), size and regions; kept, not copied. */
export type MappedPage = { ink: Uint8Array; work: WorkSize; regions: Regions }

/** Computes a page's hint maps again and again in the same buffers: a result is valid until the next call. */
export class HintMapper {
  readonly #work: WorkSize
  readonly #elevation: Uint8Array
  readonly #ink: Uint8Array
  readonly #regions: Int32Array
  readonly #map: { color: Uint32Array; reach: Uint8Array; near: Uint8Array }
  readonly #distance: Uint16Array
  readonly #queue: BucketQueue
  /** What each painted pixel was found to be; while flooding, the kind of marker whose color a pixel has. */
  readonly #state: Uint8Array
  readonly #stack: Int32Array
  /** Neighbours as pairs: column step, index step. */
  readonly #four: Int32Array
  readonly #eight: Int32Array

  constructor({ ink, work, regions }: MappedPage) {
    const pixels = ink.length
    const stride = work.paddedWidth
    this.#work = work
    this.#ink = ink
    this.#regions = regions.ids
    this.#elevation = blurInk(ink, stride, work.paddedHeight)
    this.#map = {
      color: new Uint32Array(pixels),
      reach: new Uint8Array(pixels),
      near: new Uint8Array(pixels),
    }
    this.#distance = new Uint16Array(pixels)
    this.#queue = new BucketQueue(pixels)
    this.#state = new Uint8Array(pixels)
    this.#stack = new Int32Array(2 * pixels)
    this.#four = Int32Array.of(-1, -1, 1, 1, 0, -stride, 0, stride)
    this.#eight = Int32Array.of(...this.#four, -1, -stride - 1, 1, -stride + 1, -1, stride - 1, 1, stride + 1)
  }

  /** The hint map of a raster's `pixels` (0 = unpainted), in the ink's geometry. Padding is never painted. */
  spread(pixels: Uint32Array): HintMap {
    this.#map.color.fill(0)
    this.#map.reach.fill(0)
    this.#map.near.fill(0)
    if (this.#seed(pixels)) {
      this.#flood()
      this.#measure()
      for (const plane of Object.values(this.#map)) repeatEdges(plane, this.#work)
    }
    return this.#map
  }

  /** Copies the cleaned markers into the map and queues them in the order of their pixels. True when there are any. */
  #seed(pixels: Uint32Array): boolean {
    const { color, reach } = this.#map
    const state = this.#state
    let any = false
    this.#queue.clear()
    state.fill(UNSEEN)
    for (let at = 0; at < pixels.length; at++) {
      if (pixels[at] === 0) continue
      if (state[at] === UNSEEN) this.#cleanPatch(pixels, at)
      const kind = state[at]!
      if (kind !== MARKER && kind !== LESSER_MARKER) continue
      any = true
      color[at] = pixels[at]!
      reach[at] = 255
      this.#distance[at] = 0
      this.#queue.push(at, 0)
    }
    return any
  }

  /** Decides for one connected patch of a color (8-connected) which pixels are markers and which are spill. */
  #cleanPatch(pixels: Uint32Array, start: number): void {
    const state = this.#state
    const label = pixels[start]!
    const patch = this.#stack
    const size = this.#collect(pixels, label, start, UNSEEN, PATCH, patch, 0)
    // Pieces are listed one after the other behind the patch: every pixel is in one piece at most.
    const ends: number[] = []
    let end = size
    for (let i = 0; i < size; i++) {
      const at = patch[i]!
      if (state[at] !== PATCH || this.#ink[at]! >= LINE_INK) continue
      end = this.#collect(pixels, label, at, PATCH, MARKER, patch, end)
      ends.push(end)
    }
    if (ends.length === 0) {
      for (let i = 0; i < size; i++) state[patch[i]!] = MARKER
      return
    }
    let largest = 0
    for (let i = 0, from = size; i < ends.length; from = ends[i++]!)
      largest = Math.max(largest, ends[i]! - from)
    for (let i = 0, from = size; i < ends.length; from = ends[i++]!) {
      const length = ends[i]! - from
      if (length === largest) continue
      const kind = 100 * length < SPILL_PERCENT * largest ? SPILL : LESSER_MARKER
      for (let k = from; k < ends[i]!; k++) state[patch[k]!] = kind
    }
  }

  /**
   * Lists every pixel of color `label` and state `from` connected to `start`, each set to state `to`, into `list` from index
   * `begin`; returns the end. A PATCH is 8-connected; a MARKER piece is 4-connected and does not cross a line.
   */
  #collect(
    pixels: Uint32Array,
    label: number,
    start: number,
    from: number,
    to: number,
    list: Int32Array,
    begin: number,
  ): number {
    const state = this.#state
    const ink = this.#ink
    const { width, paddedWidth: stride } = this.#work
    const offsets = to === PATCH ? this.#eight : this.#four
    let end = begin
    list[end++] = start
    state[start] = to
    for (let read = begin; read < end; read++) {
      const at = list[read]!
      const column = at % stride
      for (let i = 0; i < offsets.length; i += 2) {
        const x = column + offsets[i]!
        const next = at + offsets[i + 1]!
        if (x < 0 || x >= width || next < 0 || next >= pixels.length) continue
        if (state[next] !== from || pixels[next] !== label) continue
        if (to === MARKER && ink[next]! >= LINE_INK) continue
        state[next] = to
        list[end++] = next
      }
    }
    return end
  }

  /** Pixels join a neighbour's color, never below the level it was reached at. */
  #flood(): void {
    const { color, reach } = this.#map
    const { width, height, paddedWidth: stride } = this.#work
    const queue = this.#queue
    const state = this.#state
    const distances = this.#distance
    const elevation = this.#elevation
    const regions = this.#regions
    const lastRow = (height - 1) * stride
    for (let at = queue.pop(); at !== -1; at = queue.pop()) {
      const label = color[at]!
      const region = regions[at]!
      const kind = state[at]!
      const distance = Math.min(distances[at]! + 1, FARTHEST)
      const column = at % stride
      for (let side = 0; side < 4; side++) {
        let next: number
        if (side === 0) next = column > 0 ? at - 1 : at
        else if (side === 1) next = column < width - 1 ? at + 1 : at
        else if (side === 2) next = at >= stride ? at - stride : at
        else next = at < lastRow ? at + stride : at
        if (color[next] !== 0) continue
        let level = queue.level
        if (regions[next] !== region && level < GAP_LEVEL) level = GAP_LEVEL
        if (elevation[next]! > level) level = elevation[next]!
        color[next] = label
        reach[next] = 255 - level
        distances[next] = distance
        state[next] = kind
        queue.push(next, level)
      }
    }
  }

  /** Turns the flood's distances into nearness. */
  #measure(): void {
    const { color, reach, near } = this.#map
    const state = this.#state
    for (let at = 0; at < near.length; at++) {
      if (color[at] === 0) continue
      const closeness = nearOf[this.#distance[at]!]!
      const isInRegion = reach[at] === 255 && state[at] === MARKER
      near[at] = isInRegion && closeness < NEAR_IN_REGION ? NEAR_IN_REGION : closeness
    }
  }
}
