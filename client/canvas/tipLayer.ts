/**
 * What is drawn at the tip of the pen and is another thing in the next display frame: where the pen will likely be, a dot that still
 * moves, a line that still swings. On a canvas of its own over the hints, of which only the place drawn last is wiped, so that the
 * hints need not be drawn anew.
 */
import type { Size } from '../../shared/workSize.ts'
import { drawSegments, type WetStroke } from './wetStroke.ts'
import { UNITS } from './pen.ts'
import { toScreen, type View } from './view.ts'

/** More physical pixels than this a CSS pixel cost time and show nothing. */
const LARGEST_PIXEL_RATIO = 2
/** Points of the stroke before the tip that its tip may lie over. */
const OVERLAP = 12
const PAPER = 0xffffff

type Box = { left: number; top: number; right: number; bottom: number }
/**
 * `after`: the stroke on the hints' canvas that a guess of the pen's way continues; a guess is gone in the next display frame, and
 * where it lies over that stroke it is not seen.
 */
export type Tip = { stroke: WetStroke; after?: WetStroke }

export class TipLayer {
  readonly #context: CanvasRenderingContext2D
  readonly #page: Size
  #ratio = 1
  #view: View = { scale: 1, x: 0, y: 0, turn: 0 }
  #tip: Tip | null = null
  #drawn: Box | null = null
  #request = 0

  constructor(canvas: HTMLCanvasElement, page: Size) {
    this.#context = canvas.getContext('2d')!
    this.#page = page
  }

  resize({ width, height }: Size): void {
    this.#ratio = Math.min(LARGEST_PIXEL_RATIO, devicePixelRatio)
    this.#context.canvas.width = Math.max(1, Math.round(width * this.#ratio))
    this.#context.canvas.height = Math.max(1, Math.round(height * this.#ratio))
    this.#drawn = null
    this.#touch()
  }

  look(view: View): void {
    this.#view = view
    if (this.#tip) this.#touch()
  }

  show(tip: Tip | null): void {
    if (tip === this.#tip) return
    this.#tip = tip
    this.#touch()
  }

  close(): void {
    cancelAnimationFrame(this.#request)
  }

  #touch(): void {
    this.#request ||= requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    this.#request = 0
    const context = this.#context
    context.setTransform(1, 0, 0, 1, 0, 0)
    if (this.#drawn) {
      const { left, top, right, bottom } = this.#drawn
      context.clearRect(left, top, right - left, bottom - top)
    }
    this.#drawn = this.#tip && this.#boxOf(this.#tip.stroke)
    if (!this.#tip) return
    const { scale, x, y, turn } = this.#view
    const along = scale * this.#ratio * Math.cos(turn)
    const across = scale * this.#ratio * Math.sin(turn)
    context.save()
    context.setTransform(along, across, -across, along, x * this.#ratio, y * this.#ratio)
    context.beginPath()
    context.rect(0, 0, this.#page.width, this.#page.height)
    context.clip()
    const { stroke, after } = this.#tip
    // An eraser's tip lies over what it will take away: it looks like the paper.
    drawSegments(context, stroke.tool === 'erase' ? { ...stroke, tool: 'brush', color: PAPER } : stroke, 0)
    if (after) {
      drawSegments(context, { ...after, tool: 'erase' }, after.points.length / 3 - OVERLAP)
      this.show(null)
    }
    context.restore()
  }

  /** In physical pixels, somewhat larger than what is drawn. */
  #boxOf({ points, width }: WetStroke): Box {
    const reach = (width * this.#view.scale) / UNITS / 2 + 2
    const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }
    for (let i = 0; i < points.length; i += 3) {
      const at = toScreen(this.#view, { x: points[i]! / UNITS, y: points[i + 1]! / UNITS })
      box.left = Math.min(box.left, at.x - reach)
      box.top = Math.min(box.top, at.y - reach)
      box.right = Math.max(box.right, at.x + reach)
      box.bottom = Math.max(box.bottom, at.y + reach)
    }
    return {
      left: Math.floor(box.left * this.#ratio),
      top: Math.floor(box.top * this.#ratio),
      right: Math.ceil(box.right * this.#ratio),
      bottom: Math.ceil(box.bottom * this.#ratio),
    }
  }
}
