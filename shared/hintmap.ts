/**
 * The hint map: the hints spread over the whole page, lines crossed last. It feeds the networks and is the instant preview.
 *
 * A marker watershed by priority flood (Meyer 1994; Barnes et al. 2014, "Priority-Flood"): the painted pixels are the
 * markers, the elevation is the blurred ink, and pixels join their neighbour's color in order of elevation. Blurring closes
 * small gaps. Integer arithmetic throughout: the same bytes in a browser, in Node and in the training code.
 *
 * The markers are cleaned first: what a stroke spilled over a line does not count. A connected patch of one color is cut by
 * the lines, and pieces under 30 % of its largest are dropped, unless all of it lies on lines.
 */
import { BucketQueue } from './bucketQueue.ts'
import { LINE_INK } from './fill.ts'

/** Per pixel of the padded working size. Without any hint everything is zero. */
export type HintMap = {
  /** The hint's color as a raster pixel (bytes R, G, B, 255). */
  readonly color: Uint32Array
  /** 255 where no ink lies between a pixel and its hint .. 0 behind or on solid ink. */
  readonly reach: Uint8Array
  /**
   * 255 on a hint, falling with the flood's distance d as 64 / (64 + d); but not below 160 where no ink at all lies between: in a
   * closed region a hint is never far (unless it may be spill: the lesser piece of a stroke across a line).
   */
  readonly near: Uint8Array
}

/** Ink fainter than this is paper: scans are never quite white. */
const FAINT_INK = 12
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

/** Computes hint maps of one size again and again in the same buffers: a result is valid until the next call. */
export class HintMapper {
  readonly #width: number
  readonly #elevation: Uint8Array
  readonly #ink: Uint8Array
  readonly #map: { color: Uint32Array; reach: Uint8Array; near: Uint8Array }
  readonly #distance: Uint16Array
  readonly #queue: BucketQueue
  /** What each painted pixel was found to be; while flooding, the kind of marker whose color a pixel has. */
  readonly #state: Uint8Array
  readonly #stack: Int32Array
  /** Neighbours as pairs: column step, index step. */
  readonly #four: Int32Array
  readonly #eight: Int32Array

  /** `ink`: one byte a pixel, 0 paper .. 255, `width` x `height`; kept, not copied. */
  constructor(ink: Uint8Array, width: number, height: number) {
    const pixels = width * height
    this.#width = width
    this.#ink = ink
    this.#elevation = blurInk(ink, width, height)
    this.#map = {
      color: new Uint32Array(pixels),
      reach: new Uint8Array(pixels),
      near: new Uint8Array(pixels),
    }
    this.#distance = new Uint16Array(pixels)
    this.#queue = new BucketQueue(pixels)
    this.#state = new Uint8Array(pixels)
    this.#stack = new Int32Array(2 * pixels)
    this.#four = Int32Array.of(-1, -1, 1, 1, 0, -width, 0, width)
    this.#eight = Int32Array.of(...this.#four, -1, -width - 1, 1, -width + 1, -1, width - 1, 1, width + 1)
  }

  /** The hint map of a raster's `pixels` (0 = unpainted), in the ink's geometry. */
  spread(pixels: Uint32Array): HintMap {
    const { color, reach, near } = this.#map
    color.fill(0)
    reach.fill(0)
    near.fill(0)
    this.#seed(pixels)
    this.#flood()
    return this.#map
  }

  /** Copies the cleaned markers into the map and queues them in the order of their pixels. */
  #seed(pixels: Uint32Array): void {
    const state = this.#state
    this.#queue.clear()
    state.fill(UNSEEN)
    for (let at = 0; at < pixels.length; at++) {
      if (pixels[at] !== 0 && state[at] === UNSEEN) this.#cleanPatch(pixels, at)
      const kind = state[at]!
      if (kind === MARKER || kind === LESSER_MARKER) this.#join(at, pixels[at]!, 0, 0, kind)
    }
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
    const width = this.#width
    const offsets = to === PATCH ? this.#eight : this.#four
    let end = begin
    list[end++] = start
    state[start] = to
    for (let read = begin; read < end; read++) {
      const at = list[read]!
      const column = at % width
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

  #flood(): void {
    const { color } = this.#map
    const width = this.#width
    const lastRow = color.length - width
    for (let at = this.#queue.pop(); at !== -1; at = this.#queue.pop()) {
      const label = color[at]!
      const level = this.#queue.level
      const distance = this.#distance[at]! + 1
      const kind = this.#state[at]!
      const column = at % width
      if (column > 0 && color[at - 1] === 0) this.#join(at - 1, label, level, distance, kind)
      if (column < width - 1 && color[at + 1] === 0) this.#join(at + 1, label, level, distance, kind)
      if (at >= width && color[at - width] === 0) this.#join(at - width, label, level, distance, kind)
      if (at < lastRow && color[at + width] === 0) this.#join(at + width, label, level, distance, kind)
    }
  }

  /** Gives a pixel its color and its kind of marker, and queues it, never below the level it was reached at. */
  #join(at: number, label: number, reached: number, distance: number, kind: number): void {
    const elevation = this.#elevation[at]!
    const level = distance === 0 ? 0 : elevation > reached ? elevation : reached
    const { color, reach, near } = this.#map
    color[at] = label
    reach[at] = 255 - level
    const closeness = nearOf[distance]!
    const inRegion = level === 0 && kind === MARKER
    near[at] = inRegion && closeness < NEAR_IN_REGION ? NEAR_IN_REGION : closeness
    this.#state[at] = kind
    this.#distance[at] = distance < FARTHEST ? distance : FARTHEST - 1
    this.#queue.push(at, level)
  }
}

/** Ink blurred by [1 4 6 4 1] / 16 in both axes (sigma 1), edges repeated, rounded down; faint ink becomes paper. */
export function blurInk(ink: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint16Array(ink.length)
  for (let y = 0; y < height; y++) {
    const row = y * width
    const at = (x: number) => ink[row + Math.min(width - 1, Math.max(0, x))]!
    for (let x = 0; x < width; x++) {
      rows[row + x] = at(x - 2) + 4 * at(x - 1) + 6 * at(x) + 4 * at(x + 1) + at(x + 2)
    }
  }
  const blurred = new Uint8Array(ink.length)
  for (let y = 0; y < height; y++) {
    const at = (x: number, offset: number) => rows[Math.min(height - 1, Math.max(0, y + offset)) * width + x]!
    for (let x = 0; x < width; x++) {
      const sum = at(x, -2) + 4 * at(x, -1) + 6 * at(x, 0) + 4 * at(x, 1) + at(x, 2)
      const value = sum >> 8
      blurred[y * width + x] = value < FAINT_INK ? 0 : value
    }
  }
  return blurred
}
