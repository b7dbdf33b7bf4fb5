/**
 * The rasterizer: strokes painted in order into one hint raster, hard-edged, every pixel painted or not.
 *
 * A brush or eraser is a disc swept along the stroke's segments, its radius following the pressure. All arithmetic is on
 * integers below 2^53, so a browser and Node give the same bytes (golden hashes in raster.test.ts prove it). A stroke never
 * vanishes: the disc covers at least one pixel however small the raster.
 *
 * `HintRaster` is incremental: `update(strokes)` repaints only what differs from the call before, and always equals painting
 * from scratch. It tells strokes apart by identity (see `StrokeReader`).
 */
import { fillPlace, Fills, type Region } from './fill.ts'
import { spliceBetween } from './splice.ts'
import type { Stroke } from './strokes.ts'
import type { Size } from './workSize.ts'

/** Half-open: x from `left` to `right` - 1. Empty when it has no area. */
export type Rect = { left: number; top: number; right: number; bottom: number }

/** Sub-pixel steps a raster pixel is divided into. */
const STEPS = 16
/** Smallest radius: over half a pixel's diagonal (11.3 / 16), so a tap always covers a pixel's center. */
const SMALLEST_RADIUS = 12
/** Segments longer than this are halved, which keeps every product below 2^53. */
const LONGEST_SEGMENT = 256 * STEPS
const LARGEST_RADIUS = 256 * STEPS

export const emptyRect: Rect = { left: 0, top: 0, right: 0, bottom: 0 }
export const isEmpty = (rect: Rect) => rect.right <= rect.left || rect.bottom <= rect.top

export const areaOf = ({ left, top, right, bottom }: Rect) => (right - left) * (bottom - top)

export function union(a: Rect, b: Rect): Rect {
  if (isEmpty(a)) return b
  if (isEmpty(b)) return a
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  }
}

function intersection(a: Rect, b: Rect): Rect {
  return {
    left: Math.max(a.left, b.left),
    top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right),
    bottom: Math.min(a.bottom, b.bottom),
  }
}

const clampToUnit = (t: number) => Math.min(1, Math.max(0, t))

/** A color 0xRRGGBB as a raster pixel (bytes R, G, B, 255 in memory). */
export const pixelOf = (color: number) =>
  ((0xff << 24) | ((color & 0xff) << 16) | (color & 0xff00) | (color >> 16)) >>> 0

/** The color of a painted raster pixel. */
export const colorOf = (pixel: number) => ((pixel & 0xff) << 16) | (pixel & 0xff00) | ((pixel >> 16) & 0xff)

/** Where a raster of `size` lies on its page. `stride` is the raster's row length when it is padded. */
export type RasterOptions = { page: Size; size: Size; stride?: number; rows?: number; ink: Uint8Array }

export class HintRaster {
  /** Row length and number of rows of the buffers, padding included. */
  readonly stride: number
  readonly rows: number
  /** RGBA bytes, alpha 0 or 255; unpainted pixels are all zero. The same memory as `pixels`. */
  readonly rgba: Uint8ClampedArray<ArrayBuffer>
  readonly pixels: Uint32Array<ArrayBuffer>
  readonly page: Size
  readonly size: Size
  readonly #bounds: Rect
  readonly #fills: Fills
  readonly #filled = new WeakMap<Stroke, Region>()
  readonly #runs = new WeakMap<Region, Int32Array>()
  #painted: readonly Stroke[] = []

  /** `ink`: one byte a pixel in the raster's own geometry (0 paper); fills stop at it. */
  constructor({ page, size, stride = size.width, rows = size.height, ink }: RasterOptions) {
    this.page = page
    this.size = size
    this.stride = stride
    this.rows = rows
    this.#fills = new Fills({ ink, stride, ...size })
    this.#bounds = { left: 0, top: 0, right: size.width, bottom: size.height }
    this.rgba = new Uint8ClampedArray(4 * stride * rows)
    this.pixels = new Uint32Array(this.rgba.buffer)
  }

  /** Makes the raster show exactly `strokes`, and returns the rectangle that may have changed. */
  update(strokes: readonly Stroke[]): Rect {
    const before = this.#painted
    this.#painted = strokes
    const { at, remove, insert: added } = spliceBetween(before, strokes)
    const removed = before.slice(at, at + remove)
    let dirty = emptyRect
    for (const stroke of added) dirty = union(dirty, this.bounds(stroke))
    if (remove === 0 && at + added.length === strokes.length) {
      for (const stroke of added) this.#paint(stroke, this.#bounds)
      return dirty
    }
    for (const stroke of removed) dirty = union(dirty, this.bounds(stroke))
    this.#clear(dirty)
    for (const stroke of strokes) {
      const clip = intersection(dirty, this.bounds(stroke))
      if (!isEmpty(clip)) this.#paint(stroke, clip)
    }
    return dirty
  }

  /** The pixels a stroke may touch. */
  bounds(stroke: Stroke): Rect {
    if (stroke.tool === 'fill') return this.#fill(stroke).rect
    const { points } = stroke
    let rect: Rect | undefined
    for (let i = 0; i < points.length; i += 3) {
      const x = this.#x(points[i]!)
      const y = this.#y(points[i + 1]!)
      const radius = this.#radius(stroke, points[i + 2]!)
      const disc = {
        left: Math.floor((x - radius) / STEPS),
        top: Math.floor((y - radius) / STEPS),
        right: Math.floor((x + radius) / STEPS) + 1,
        bottom: Math.floor((y + radius) / STEPS) + 1,
      }
      rect = rect ? union(rect, disc) : disc
    }
    return rect ? intersection(rect, this.#bounds) : emptyRect
  }

  #clear(rect: Rect): void {
    for (let y = rect.top; y < rect.bottom; y++) {
      this.pixels.fill(0, y * this.stride + rect.left, y * this.stride + rect.right)
    }
  }

  #paint(stroke: Stroke, clip: Rect): void {
    const pixel = stroke.tool === 'erase' ? 0 : pixelOf(stroke.color)
    if (stroke.tool === 'fill') return this.#paintRegion(this.#fill(stroke), pixel, clip)
    const { points } = stroke
    let x = this.#x(points[0]!)
    let y = this.#y(points[1]!)
    let radius = this.#radius(stroke, points[2]!)
    this.#sweep(x, y, radius, x, y, radius, pixel, clip)
    for (let i = 3; i < points.length; i += 3) {
      const nextX = this.#x(points[i]!)
      const nextY = this.#y(points[i + 1]!)
      const nextRadius = this.#radius(stroke, points[i + 2]!)
      this.#sweep(x, y, radius, nextX, nextY, nextRadius, pixel, clip)
      x = nextX
      y = nextY
      radius = nextRadius
    }
  }

  /** Paints the pixels whose center lies within the disc that moves from a to b while its radius goes from ra to rb. */
  #sweep(
    ax: number,
    ay: number,
    ra: number,
    bx: number,
    by: number,
    rb: number,
    pixel: number,
    clip: Rect,
  ): void {
    const dx = bx - ax
    const dy = by - ay
    if (Math.abs(dx) > LONGEST_SEGMENT || Math.abs(dy) > LONGEST_SEGMENT) {
      const mx = ax + Math.trunc(dx / 2)
      const my = ay + Math.trunc(dy / 2)
      const mr = ra + Math.trunc((rb - ra) / 2)
      this.#sweep(ax, ay, ra, mx, my, mr, pixel, clip)
      this.#sweep(mx, my, mr, bx, by, rb, pixel, clip)
      return
    }
    const reach = Math.max(ra, rb)
    const left = Math.max(clip.left, Math.floor((Math.min(ax, bx) - reach) / STEPS))
    const right = Math.min(clip.right, Math.floor((Math.max(ax, bx) + reach) / STEPS) + 1)
    const top = Math.max(clip.top, Math.floor((Math.min(ay, by) - reach) / STEPS))
    const bottom = Math.min(clip.bottom, Math.floor((Math.max(ay, by) + reach) / STEPS) + 1)
    const length2 = dx * dx + dy * dy
    const pixels = this.pixels
    for (let row = top; row < bottom; row++) {
      const py = row * STEPS + STEPS / 2
      // The part of the segment within reach of this row bounds the columns; the exact test below decides.
      const near = dy === 0 ? 0 : clampToUnit((py - Math.sign(dy) * reach - ay) / dy)
      const far = dy === 0 ? 1 : clampToUnit((py + Math.sign(dy) * reach - ay) / dy)
      const from = Math.floor((ax + Math.min(near * dx, far * dx) - reach) / STEPS) - 1
      const to = Math.floor((ax + Math.max(near * dx, far * dx) + reach) / STEPS) + 2
      const start = row * this.stride
      const end = Math.min(right, to)
      for (let column = Math.max(left, from); column < end; column++) {
        // Mostly a segment lies over the one before it.
        if (pixels[start + column] === pixel) continue
        const px = column * STEPS + STEPS / 2
        const along = (px - ax) * dx + (py - ay) * dy
        let inside: boolean
        if (along <= 0) {
          inside = (px - ax) * (px - ax) + (py - ay) * (py - ay) <= ra * ra
        } else if (along >= length2) {
          inside = (px - bx) * (px - bx) + (py - by) * (py - by) <= rb * rb
        } else {
          const radius = ra + Math.floor(((rb - ra) * along) / length2)
          const cross = (px - ax) * dy - (py - ay) * dx
          inside = cross * cross <= radius * radius * length2
        }
        if (inside) pixels[start + column] = pixel
      }
    }
  }

  #paintRegion(region: Region, pixel: number, clip: Rect): void {
    const area = intersection(region.rect, clip)
    const runs = this.#runsOf(region)
    for (let i = 0; i < runs.length; i += 3) {
      const y = runs[i]!
      if (y < area.top || y >= area.bottom) continue
      const from = Math.max(area.left, runs[i + 1]!)
      const to = Math.min(area.right, runs[i + 2]!)
      if (from < to) this.pixels.fill(pixel, y * this.stride + from, y * this.stride + to)
    }
  }

  /** A region as runs of pixels (row, left, right): a large one is filled again and again. */
  #runsOf(region: Region): Int32Array {
    let runs = this.#runs.get(region)
    if (!runs) this.#runs.set(region, (runs = Int32Array.from(runsOf(region))))
    return runs
  }

  #fill(stroke: Stroke): Region {
    let region = this.#filled.get(stroke)
    if (!region) {
      const pressed = { x: stroke.points[0]!, y: stroke.points[1]!, gap: stroke.width }
      const { x, y, gap } = fillPlace(this.page, this.size, pressed)
      region = this.#fills.region(x, y, gap)
      this.#filled.set(stroke, region)
    }
    return region
  }

  /** 1/8 page pixels to 1/16 raster pixels, rounded. */
  #x(x: number): number {
    return Math.floor((4 * x * this.size.width + this.page.width) / (2 * this.page.width))
  }

  #y(y: number): number {
    return Math.floor((4 * y * this.size.height + this.page.height) / (2 * this.page.height))
  }

  /** Half the width x (0.25 + 0.75 p / 255), in 1/16 raster pixels. */
  #radius(stroke: Stroke, pressure: number): number {
    const radius = Math.floor(
      (stroke.width * (255 + 3 * pressure) * this.size.width) / (1020 * this.page.width),
    )
    return Math.min(LARGEST_RADIUS, Math.max(SMALLEST_RADIUS, radius))
  }
}

function runsOf({ rect, mask }: Region): number[] {
  const runs: number[] = []
  const width = rect.right - rect.left
  for (let y = rect.top, row = 0; y < rect.bottom; y++, row += width) {
    let from = -1
    for (let x = 0; x <= width; x++) {
      const isIn = x < width && mask[row + x] === 1
      if (isIn && from < 0) from = x
      else if (!isIn && from >= 0) {
        runs.push(y, rect.left + from, rect.left + x)
        from = -1
      }
    }
  }
  return runs
}
