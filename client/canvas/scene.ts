/**
 * Draws the page: paper and color layer, over them hints, over all of it the ink of the line art, on canvases that lie over each
 * other. Draws at most once a display frame, and only the canvases that changed.
 */
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import type { PickSource } from '../keptOptions.ts'
import { ColorLayer, type ColorSource } from './colorLayer.ts'
import type { Frames } from './frames.ts'
import { HintLayer } from './hintLayer.ts'
import { closeLineArt, inkFor, type LineArt } from './lineArt.ts'
import { partsOf, type Sight } from './looks.ts'
import { beginPage, withinPart, type Lie } from './pageContext.ts'
import type { View } from './view.ts'
import type { WetStroke } from './wetStroke.ts'

/** `fade`: see ColorLayer. */
export type Canvases = {
  color: HTMLCanvasElement
  fade?: HTMLCanvasElement
  hints: HTMLCanvasElement
  lines: HTMLCanvasElement
}
const layers = ['color', 'hints', 'lines'] as const
type Layer = (typeof layers)[number]

/** Where the hints come from; asked when they are drawn, so that a stroke is never seen wet and committed at once. */
export type HintSource = ColorSource & {
  /** Those that are to be seen. */
  committed: () => readonly Stroke[]
  /** Strokes whose pens are down. */
  wet: () => readonly WetStroke[]
}

/** More physical pixels than this a CSS pixel cost time and show nothing. */
const LARGEST_PIXEL_RATIO = 2
/** A page that moved lies still when nothing moved it for so long. */
const STILL_MS = 160

export class Scene {
  readonly #color: ColorLayer
  readonly #hintContext: CanvasRenderingContext2D
  readonly #lineContext: CanvasRenderingContext2D
  readonly #art: LineArt
  readonly #hints: HintLayer
  readonly #source: HintSource
  readonly #stale = new Set<Layer>(layers)
  #wetGrew = false
  #committedChanged = true
  #request = 0
  #moving: ReturnType<typeof setTimeout> | undefined
  #lie: Lie
  #sight: Sight = { colors: 'refined', comparison: null, color: true, hints: true, strength: 1 }

  constructor(canvases: Canvases, art: LineArt, frames: Frames, source: HintSource) {
    this.#art = art
    this.#source = source
    this.#color = new ColorLayer(canvases, art.page, frames, source)
    this.#hints = new HintLayer(art, () => this.#touch('hints'))
    this.#hintContext = canvases.hints.getContext('2d')!
    this.#lineContext = canvases.lines.getContext('2d')!
    this.#lie = { page: art.page, view: { scale: 1, x: 0, y: 0, turn: 0 }, ratio: 1, moves: false }
  }

  get page(): Size {
    return this.#art.page
  }

  resize({ width, height }: Size): void {
    const ratio = Math.min(LARGEST_PIXEL_RATIO, devicePixelRatio)
    for (const canvas of [this.#color.canvas, this.#hintContext.canvas, this.#lineContext.canvas]) {
      canvas.width = Math.max(1, Math.round(width * ratio))
      canvas.height = Math.max(1, Math.round(height * ratio))
    }
    this.#put({ ratio })
    // A resized canvas is empty: drawn now, not in the next display frame, or it would flash.
    this.#draw()
  }

  look(view: View): void {
    clearTimeout(this.#moving)
    this.#put({ view, moves: true })
    this.#moving = setTimeout(() => this.#put({ moves: false }), STILL_MS)
  }

  choose(sight: Sight): void {
    this.#sight = sight
    this.#color.expire()
    this.#touch('color', 'hints')
  }

  /** The preview has news. */
  previewed(): void {
    this.#touch('color')
  }

  /** Another picture is there. */
  colored(): void {
    this.#color.renew()
    this.#touch('color')
  }

  /** The committed strokes are others than before. */
  hinted(): void {
    this.#committedChanged = true
    this.#touch('hints')
  }

  /** A wet stroke grew; or, with `gone`, one disappeared. */
  wetted(gone = false): void {
    if (gone) this.#touch('hints')
    else {
      this.#wetGrew = true
      this.#touch()
    }
  }

  /** The color at a place of the page; null beside it, and where no hint is. */
  colorAt(x: number, y: number, from: PickSource): number | null {
    const { width, height } = this.page
    if (x < 0 || y < 0 || x >= width || y >= height) return null
    if (from === 'hints') return this.#hints.colorAt(x, y)
    if (from === 'lines') return 0x010101 * this.#art.grey[Math.floor(y) * width + Math.floor(x)]!
    return this.#color.colorAt(x, y)
  }

  close(): void {
    cancelAnimationFrame(this.#request)
    clearTimeout(this.#moving)
    this.#color.expire()
    this.#hints.close()
    closeLineArt(this.#art)
  }

  /** The page lies otherwise. */
  #put(news: Partial<Lie>): void {
    this.#lie = { ...this.#lie, ...news }
    this.#color.expire()
    this.#touch(...layers)
  }

  #touch(...stale: Layer[]): void {
    for (const layer of stale) this.#stale.add(layer)
    this.#request ||= requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    cancelAnimationFrame(this.#request)
    this.#request = 0
    if (this.#stale.has('color')) this.#color.draw(this.#sight, this.#lie)
    if (this.#stale.has('hints')) this.#drawHints()
    else if (this.#wetGrew) this.#hints.drawWet(this.#hintContext, this.#source.wet())
    if (this.#stale.has('lines')) this.#drawLines()
    this.#stale.clear()
    this.#wetGrew = false
  }

  #drawHints(): void {
    if (this.#committedChanged) this.#hints.update(this.#source.committed())
    this.#committedChanged = false
    const context = beginPage(this.#hintContext, this.#lie)
    const wet = this.#source.wet()
    // An eraser shows what it takes away, even while hints are hidden.
    const isErasing = wet.some((stroke) => stroke.tool === 'erase')
    for (const part of partsOf(this.#sight)) {
      if (part.hints || isErasing)
        withinPart(context, part, () => this.#hints.drawCommitted(context, this.#sight.strength))
    }
    this.#hints.redrawWet(context, wet)
  }

  #drawLines(): void {
    const { page, view, ratio } = this.#lie
    const ink = inkFor(this.#art, view.scale * ratio)
    beginPage(this.#lineContext, this.#lie).drawImage(ink, 0, 0, page.width, page.height)
  }
}
