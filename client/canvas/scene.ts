/**
 * Draws the page: paper, color layer, hints, and the line art multiplied over all of it, on three canvases that lie over each
 * other (the browser blends the lines). Draws at most once a display frame, and only the canvases that changed.
 */
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { drawLayers, type Colors, type Frames } from './frames.ts'
import { HintLayer, type WetStroke } from './hintLayer.ts'
import type { LineArt } from './lineArt.ts'
import type { View } from './view.ts'

export type Canvases = { color: HTMLCanvasElement; hints: HTMLCanvasElement; lines: HTMLCanvasElement }
type Layer = keyof Canvases
const layers = ['color', 'hints', 'lines'] as const satisfies readonly Layer[]

/** Where the hints come from; asked when they are drawn, so that a stroke is never seen wet and committed at once. */
export type HintSource = {
  committed: () => readonly Stroke[]
  /** Strokes whose pens are down. */
  wet: () => readonly WetStroke[]
  /** What lies over the color layer until the networks' picture comes. */
  preview: () => CanvasImageSource | null
  /** The finished regions as they look, over all of that. */
  finished?: (look: 'refined' | 'flats') => CanvasImageSource | undefined
}

const PAPER = '#ffffff'
/** More physical pixels than this a CSS pixel cost time and show nothing. */
const LARGEST_PIXEL_RATIO = 2

export class Scene {
  readonly page: Size
  readonly #contexts: Record<Layer, CanvasRenderingContext2D>
  readonly #art: LineArt
  readonly #frames: Frames
  readonly #hints: HintLayer
  readonly #source: HintSource
  readonly #stale = new Set<Layer>(layers)
  #wetGrew = false
  #committedChanged = true
  #request = 0
  #ratio = 1
  #view: View = { scale: 1, x: 0, y: 0, turn: 0 }
  #colors: Colors = 'refined'
  #hintsShown = true

  constructor(canvases: Canvases, art: LineArt, frames: Frames, source: HintSource) {
    this.page = art.page
    this.#art = art
    this.#frames = frames
    this.#source = source
    this.#hints = new HintLayer(art)
    const context = (layer: Layer) => canvases[layer].getContext('2d')!
    this.#contexts = { color: context('color'), hints: context('hints'), lines: context('lines') }
  }

  resize({ width, height }: Size): void {
    this.#ratio = Math.min(LARGEST_PIXEL_RATIO, devicePixelRatio)
    for (const layer of layers) {
      const { canvas } = this.#contexts[layer]
      canvas.width = Math.max(1, Math.round(width * this.#ratio))
      canvas.height = Math.max(1, Math.round(height * this.#ratio))
    }
    // A resized canvas is empty: drawn now, not in the next display frame, or it would flash.
    for (const layer of layers) this.#stale.add(layer)
    this.#draw()
  }

  look(view: View): void {
    this.#view = view
    this.#touch(...layers)
  }

  choose(colors: Colors, hintsShown: boolean): void {
    this.#colors = colors
    this.#hintsShown = hintsShown
    this.#touch('color', 'hints')
  }

  /** The frames or the preview have news. */
  colored(): void {
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

  /** The color seen at a place of the page: a hint, else the coloring or what is to come of it, else paper. */
  colorAt(x: number, y: number): number {
    const hint = this.#hintsShown ? this.#hints.colorAt(x, y) : null
    if (hint !== null) return hint
    const { width, height } = this.page
    if (x < 0 || y < 0 || x >= width || y >= height) return 0xffffff
    const probe = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
    probe.imageSmoothingEnabled = false
    probe.translate(-Math.floor(x), -Math.floor(y))
    this.#paintColor(probe)
    const [red = 255, green = 255, blue = 255] = probe.getImageData(0, 0, 1, 1).data
    return (red << 16) | (green << 8) | blue
  }

  close(): void {
    cancelAnimationFrame(this.#request)
    this.#art.bitmap.close()
  }

  #touch(...stale: Layer[]): void {
    for (const layer of stale) this.#stale.add(layer)
    this.#request ||= requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    cancelAnimationFrame(this.#request)
    this.#request = 0
    if (this.#stale.has('color')) this.#paintColor(this.#begin('color'))
    if (this.#stale.has('hints')) this.#drawHints(this.#begin('hints'))
    else if (this.#wetGrew) this.#hints.drawWet(this.#contexts.hints, this.#source.wet())
    if (this.#stale.has('lines')) this.#begin('lines').drawImage(this.#art.bitmap, 0, 0)
    this.#stale.clear()
    this.#wetGrew = false
  }

  /** In page pixels. */
  #paintColor(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D): void {
    const { width, height } = this.page
    context.fillStyle = PAPER
    context.fillRect(0, 0, width, height)
    const picture = this.#frames.shown(this.#colors)
    if (picture) drawLayers(context, picture.layers, this.page)
    if (this.#colors === 'lines') return
    const finished = this.#source.finished?.('refined')
    const preview = this.#source.preview()
    if (preview) {
      // Flat colors whose edges fade under the lines: nobody sees how they are smoothed, and every move of a pen draws them anew.
      context.imageSmoothingQuality = 'low'
      context.drawImage(preview, 0, 0, width, height)
    }
    if (!finished) return
    context.imageSmoothingQuality = 'high'
    context.drawImage(finished, 0, 0, width, height)
  }

  #drawHints(context: CanvasRenderingContext2D): void {
    if (this.#committedChanged) this.#hints.update(this.#source.committed())
    this.#committedChanged = false
    const wet = this.#source.wet()
    // An eraser shows what it takes away, even while hints are hidden.
    this.#hints.redraw(context, wet, this.#hintsShown || wet.some((stroke) => stroke.tool === 'erase'))
  }

  /** An empty canvas whose unit is a page pixel, bounded by the page. */
  #begin(layer: Layer): CanvasRenderingContext2D {
    const context = this.#contexts[layer]
    context.restore()
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, context.canvas.width, context.canvas.height)
    const { scale, x, y, turn } = this.#view
    const along = scale * this.#ratio * Math.cos(turn)
    const across = scale * this.#ratio * Math.sin(turn)
    context.setTransform(along, across, -across, along, x * this.#ratio, y * this.#ratio)
    context.imageSmoothingQuality = 'high'
    // Strokes that run over the paper's edge do not stain the desk.
    context.beginPath()
    context.rect(0, 0, this.page.width, this.page.height)
    context.clip()
    return context
  }
}
