/**
 * The hints as people see them: committed strokes live in a bitmap (the shared rasterizer's, at most 2048 pixels on the long
 * side) that is painted where it changed; strokes whose pens are down are only added to what is on the screen, segment by
 * segment, until their commit arrives.
 */
import { HintRaster, isEmpty } from '../../shared/raster.ts'
import type { Stroke, Tool } from '../../shared/strokes.ts'
import { hexOf } from '../color.ts'
import { inkAt, sizeWithin, type LineArt } from './lineArt.ts'
import { outline } from './outline.ts'
import { UNITS } from './pen.ts'

/** A stroke whose pen is down, mine or another's. */
export type WetStroke = {
  readonly id: string
  readonly tool: Tool
  readonly color: number
  readonly width: number
  readonly points: readonly number[]
}

const LONGEST_SIDE = 2048
/** A contour's width is this part of the long side. */
const CONTOUR_SHARE = 700

export class HintLayer {
  readonly #raster: HintRaster
  readonly #bitmap: OffscreenCanvas
  readonly #context: OffscreenCanvasRenderingContext2D
  /** The raster with contours, as it is put on the bitmap; both are one memory. */
  readonly #image: ImageData
  readonly #shown: Uint32Array
  readonly #contour: number
  /** How many points of each wet stroke are on the screen. */
  #drawn = new Map<string, number>()

  constructor(art: LineArt) {
    const size = sizeWithin(art.page, LONGEST_SIDE)
    this.#raster = new HintRaster({ page: art.page, size, ink: inkAt(art, size) })
    this.#bitmap = new OffscreenCanvas(size.width, size.height)
    this.#context = this.#bitmap.getContext('2d')!
    this.#image = new ImageData(size.width, size.height)
    this.#shown = new Uint32Array(this.#image.data.buffer)
    this.#contour = Math.max(1, Math.round(Math.max(size.width, size.height) / CONTOUR_SHARE))
  }

  /** Brings the bitmap to exactly these committed strokes. */
  update(strokes: readonly Stroke[]): void {
    const dirty = this.#raster.update(strokes)
    if (isEmpty(dirty)) return
    const { width, height } = this.#raster.size
    // A contour depends on pixels as far away as it is wide.
    const left = Math.max(0, dirty.left - this.#contour)
    const top = Math.max(0, dirty.top - this.#contour)
    const right = Math.min(width, dirty.right + this.#contour)
    const bottom = Math.min(height, dirty.bottom + this.#contour)
    outline(this.#raster.pixels, this.#shown, width, { left, top, right, bottom }, this.#contour)
    this.#context.putImageData(this.#image, 0, 0, left, top, right - left, bottom - top)
  }

  /** The color painted at a place of the page, or null. */
  colorAt(x: number, y: number): number | null {
    const { size, page, rgba } = this.#raster
    const column = Math.floor((x * size.width) / page.width)
    const row = Math.floor((y * size.height) / page.height)
    if (column < 0 || row < 0 || column >= size.width || row >= size.height) return null
    const at = 4 * (row * size.width + column)
    return rgba[at + 3] ? (rgba[at]! << 16) | (rgba[at + 1]! << 8) | rgba[at + 2]! : null
  }

  /** Draws everything anew; the context is in page pixels. */
  redraw(context: CanvasRenderingContext2D, wet: readonly WetStroke[], committed: boolean): void {
    if (committed) context.drawImage(this.#bitmap, 0, 0, this.#raster.page.width, this.#raster.page.height)
    this.#drawn = new Map()
    this.drawWet(context, wet)
  }

  /** Draws what the wet strokes gained since the last drawing. */
  drawWet(context: CanvasRenderingContext2D, wet: readonly WetStroke[]): void {
    for (const stroke of wet) {
      const count = stroke.points.length / 3
      const drawn = this.#drawn.get(stroke.id) ?? 0
      if (count === drawn) continue
      this.#drawn.set(stroke.id, count)
      drawSegments(context, stroke, Math.max(0, drawn - 1))
    }
  }
}

/** The stroke from point `from` on, round-ended, as wide as the pressure makes it (DESIGN 3.3). The context is in page pixels. */
export function drawSegments(context: CanvasRenderingContext2D, stroke: WetStroke, from: number): void {
  const { points, tool } = stroke
  const x = (i: number) => points[3 * i]! / UNITS
  const y = (i: number) => points[3 * i + 1]! / UNITS
  const width = (i: number) => (stroke.width / UNITS) * (0.25 + (0.75 * points[3 * i + 2]!) / 255)
  context.save()
  context.globalCompositeOperation = tool === 'erase' ? 'destination-out' : 'source-over'
  context.strokeStyle = context.fillStyle = hexOf(stroke.color)
  context.lineCap = context.lineJoin = 'round'
  const count = points.length / 3
  if (from <= 0) {
    context.beginPath()
    context.arc(x(0), y(0), width(0) / 2, 0, 2 * Math.PI)
    context.fill()
  }
  for (let i = Math.max(0, from) + 1; i < count; i++) {
    context.beginPath()
    context.lineWidth = (width(i - 1) + width(i)) / 2
    context.moveTo(x(i - 1), y(i - 1))
    context.lineTo(x(i), y(i))
    context.stroke()
  }
  context.restore()
}
