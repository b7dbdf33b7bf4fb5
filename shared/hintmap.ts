/**
 * The hint map: the hints spread over the whole page, lines crossed last. It feeds the networks and is the instant preview.
 *
 * A marker watershed by priority flood (Meyer 1994; Barnes et al. 2014, "Priority-Flood"): the painted pixels are the
 * markers (markers.ts), the elevation is the blurred ink, and pixels join their neighbour's color in order of elevation.
 * Blurring closes small gaps; wider ones are closed by the regions (regions.ts): to leave a region costs something even where
 * no ink is. Open paper around a drawing is claimed before anything is spread (paperClaims.ts), so that no color runs out over
 * the page through an open outline. Integer arithmetic throughout: the same bytes in a browser, in Node and in the training code.
 */
import { BucketQueue } from './bucketQueue.ts'
import { blurInk } from './blurInk.ts'
import { MarkerFinder } from './markers.ts'
import { repeatEdges } from './padding.ts'
import { PaperClaims } from './paperClaims.ts'
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
   * own region a hint is never far (unless it may be spill: the lesser part of a stroke across a line or gap).
   */
  readonly near: Uint8Array
}

/** The level at which a color leaves its region through a closed gap: after all of the region, before any line of weight. */
const GAP_LEVEL = 48
const NEAR_SCALE = 64
const NEAR_IN_REGION = 160
/** Claimed paper is joined as if its hint were this far. */
const PAPER_DISTANCE = 64

/**
 * How a pixel was joined, in one number: its distance from the marker, the level it was reached at, and whether the marker is
 * but a lesser piece of its patch. Distances are counted up to FARTHEST; from far on they all look alike.
 */
const FARTHEST = 0xffff
const LEVEL_SHIFT = 16
const LEVEL = 0xff << LEVEL_SHIFT
const LESSER = 1 << 24

const nearOf = Uint8Array.from({ length: FARTHEST + 1 }, (_, distance) =>
  Math.floor((255 * NEAR_SCALE) / (NEAR_SCALE + distance)),
)
/** The same where nothing lies between. */
const nearInRegion = nearOf.map((near) => Math.max(near, NEAR_IN_REGION))

/** What hint maps of a page are made of: its ink (one byte a pixel, 0 paper .. 255), size and regions; kept, not copied. */
export type MappedPage = { ink: Uint8Array; work: WorkSize; regions: Regions }

/** Computes a page's hint maps again and again in the same buffers: a result is valid until the next call. */
export class HintMapper {
  readonly #work: WorkSize
  readonly #elevation: Uint8Array
  readonly #regions: Regions
  /** 1 for pixels from which every step is free: no side of the page, ink or other region beside. */
  readonly #plain: Uint8Array
  readonly #markers: MarkerFinder
  readonly #map: { color: Uint32Array; reach: Uint8Array; near: Uint8Array }
  readonly #joined: Int32Array
  readonly #queue: BucketQueue

  constructor({ ink, work, regions }: MappedPage) {
    const pixels = ink.length
    this.#work = work
    this.#regions = regions
    this.#elevation = blurInk(ink, work.paddedWidth, work.paddedHeight)
    this.#plain = plainPixels(this.#elevation, regions.ids, work)
    this.#markers = new MarkerFinder({ ink, work, regions })
    this.#map = {
      color: new Uint32Array(pixels),
      reach: new Uint8Array(pixels),
      near: new Uint8Array(pixels),
    }
    this.#joined = new Int32Array(pixels)
    this.#queue = new BucketQueue(pixels)
  }

  /** The hint map of a raster's `pixels` (0 = unpainted), in the ink's geometry. Padding is never painted. */
  spread(pixels: Uint32Array): HintMap {
    const { color, reach, near } = this.#map
    color.fill(0)
    if (this.#seed(pixels)) {
      this.#flood()
      this.#measure()
      for (const plane of [color, reach, near]) repeatEdges(plane, this.#work)
    } else {
      reach.fill(0)
      near.fill(0)
    }
    return this.#map
  }

  /** Copies the markers into the map and queues them in the order of their pixels. True when there are any. */
  #seed(pixels: Uint32Array): boolean {
    const { color } = this.#map
    const queue = this.#queue
    const claims = new PaperClaims(this.#regions)
    let any = false
    queue.clear()
    this.#markers.find(pixels, (start, end, isSure) => {
      any = true
      if (isSure) claims.hint(start, end, pixels[start]!)
      this.#joined.fill(isSure ? 0 : LESSER, start, end)
      color.fill(pixels[start]!, start, end)
      for (let at = start; at < end; at++) queue.push(at, 0)
    })
    const settled = any ? claims.settled() : undefined
    if (settled) this.#claimPaper(settled)
    return any
  }

  /** Queues the clean pixels of open paper that is claimed. */
  #claimPaper({ colors, least }: { colors: Uint32Array; least: Uint8Array }): void {
    const { color } = this.#map
    const { ids, openness } = this.#regions
    const { width, height, paddedWidth: stride } = this.#work
    const elevation = this.#elevation
    for (let y = 0; y < height; y++) {
      for (let at = y * stride; at < y * stride + width; at++) {
        const region = ids[at]!
        if (openness[at]! < least[region]! || color[at] !== 0 || elevation[at] !== 0) continue
        color[at] = colors[region]!
        this.#joined[at] = PAPER_DISTANCE
        this.#queue.push(at, 0)
      }
    }
  }

  /** Pixels join a neighbour's color, never below the level it was reached at. Most are plain: for them all is written out. */
  #flood(): void {
    const { color } = this.#map
    const stride = this.#work.paddedWidth
    const queue = this.#queue
    const joined = this.#joined
    const plain = this.#plain
    for (let at = queue.pop(); at !== -1; at = queue.pop()) {
      const label = color[at]!
      const here = joined[at]!
      const there = (here & FARTHEST) === FARTHEST ? here : here + 1
      if (plain[at] === 1) {
        if (color[at - 1] === 0) {
          color[at - 1] = label
          joined[at - 1] = there
          queue.append(at - 1)
        }
        if (color[at + 1] === 0) {
          color[at + 1] = label
          joined[at + 1] = there
          queue.append(at + 1)
        }
        if (color[at - stride] === 0) {
          color[at - stride] = label
          joined[at - stride] = there
          queue.append(at - stride)
        }
        if (color[at + stride] === 0) {
          color[at + stride] = label
          joined[at + stride] = there
          queue.append(at + stride)
        }
      } else this.#climb(at, label, there)
    }
  }

  /** The same from a pixel at the page's sides or where a step may cost something. */
  #climb(at: number, label: number, there: number): void {
    const { color } = this.#map
    const { width, height, paddedWidth: stride } = this.#work
    const queue = this.#queue
    const elevation = this.#elevation
    const regions = this.#regions.ids
    const column = at % stride
    for (let side = 0; side < 4; side++) {
      let next: number
      if (side === 0) next = column > 0 ? at - 1 : at
      else if (side === 1) next = column < width - 1 ? at + 1 : at
      else if (side === 2) next = at >= stride ? at - stride : at
      else next = at < (height - 1) * stride ? at + stride : at
      if (color[next] !== 0) continue
      const gap = regions[next] === regions[at] ? 0 : GAP_LEVEL
      const level = Math.max(queue.level, gap, elevation[next]!)
      color[next] = label
      this.#joined[next] = (there & ~LEVEL) | (level << LEVEL_SHIFT)
      queue.push(next, level)
    }
  }

  /** Turns how pixels were joined into reach and nearness; every pixel of the page was. */
  #measure(): void {
    const { reach, near } = this.#map
    const joined = this.#joined
    for (let at = 0; at < joined.length; at++) {
      const how = joined[at]!
      reach[at] = 255 - ((how & LEVEL) >> LEVEL_SHIFT)
      near[at] = how <= FARTHEST ? nearInRegion[how]! : nearOf[how & FARTHEST]!
    }
  }
}

/** See #plain. */
function plainPixels(elevation: Uint8Array, regions: Int32Array, work: WorkSize): Uint8Array {
  const { width, height, paddedWidth: stride } = work
  const plain = new Uint8Array(elevation.length)
  const isFree = (at: number, next: number) => elevation[next] === 0 && regions[next] === regions[at]
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * stride + 1; at < y * stride + width - 1; at++) {
      const isBeside = isFree(at, at - 1) && isFree(at, at + 1)
      if (isBeside && isFree(at, at - stride) && isFree(at, at + stride)) plain[at] = 1
    }
  }
  return plain
}
