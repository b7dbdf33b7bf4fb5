/**
 * Draws the page: paper and color layer, over them hints, over all of it the ink of the line art, on canvases that lie over each
 * other. Draws at most once a display frame, and only the canvases that changed.
 */
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { CrossFade } from './crossFade.ts'
import { drawLayers, type Frames } from './frames.ts'
import { HintLayer } from './hintLayer.ts'
import { closeLineArt, inkFor, type LineArt } from './lineArt.ts'
import { partsOf, type Colors, type Part, type SideLook, type Sight } from './looks.ts'
import type { View } from './view.ts'
import type { WetStroke } from './wetStroke.ts'

/** `fade` holds for a moment what `color` showed before; a scene without it does not fade. */
export type Canvases = {
  color: HTMLCanvasElement
  fade?: HTMLCanvasElement
  hints: HTMLCanvasElement
  lines: HTMLCanvasElement
}
const layers = ['color', 'hints', 'lines'] as const
type Layer = (typeof layers)[number]

/** Where the hints come from; asked when they are drawn, so that a stroke is never seen wet and committed at once. */
export type HintSource = {
  /** Those that are to be seen. */
  committed: () => readonly Stroke[]
  /** Strokes whose pens are down. */
  wet: () => readonly WetStroke[]
  /** What lies over the color layer until the networks' picture comes. */
  preview: () => CanvasImageSource | null
  /** The picture as flats, while they are looked at. */
  flats?: () => CanvasImageSource | undefined
}

type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

const isColored = (look: SideLook): look is Colors => look !== 'lines' && look !== 'hints'

const PAPER = '#ffffff'
/** More physical pixels than this a CSS pixel cost time and show nothing. */
const LARGEST_PIXEL_RATIO = 2
/** A page that moved lies still when nothing moved it for so long: until then it is drawn less smoothly, for that is twice as fast. */
const STILL_MS = 160

export class Scene {
  readonly page: Size
  readonly #contexts: Record<Layer, CanvasRenderingContext2D>
  readonly #fade: CrossFade | undefined
  readonly #art: LineArt
  readonly #frames: Frames
  readonly #hints: HintLayer
  readonly #source: HintSource
  readonly #stale = new Set<Layer>(layers)
  #wetGrew = false
  #committedChanged = true
  #isOtherPicture = false
  /** The color layer without the preview, as it lies on the screen: while somebody paints only the preview is another one. */
  readonly #picture = new OffscreenCanvas(1, 1)
  /** What `#picture` shows is what is to be shown. */
  #isPictureKept = false
  #request = 0
  #moving: ReturnType<typeof setTimeout> | undefined
  #ratio = 1
  #view: View = { scale: 1, x: 0, y: 0, turn: 0 }
  #sight: Sight = { colors: 'refined', comparison: null, color: true, hints: true }

  constructor({ fade, ...canvases }: Canvases, art: LineArt, frames: Frames, source: HintSource) {
    this.page = art.page
    this.#art = art
    this.#frames = frames
    this.#source = source
    this.#hints = new HintLayer(art, () => this.#touch('hints'))
    this.#fade = fade && new CrossFade(fade)
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
    this.#fade?.end()
    this.#isPictureKept = false
    // A resized canvas is empty: drawn now, not in the next display frame, or it would flash.
    for (const layer of layers) this.#stale.add(layer)
    this.#draw()
  }

  look(view: View): void {
    this.#view = view
    this.#fade?.end()
    this.#isPictureKept = false
    this.#touch(...layers)
    clearTimeout(this.#moving)
    this.#moving = setTimeout(() => {
      this.#moving = undefined
      this.#isPictureKept = false
      this.#touch(...layers)
    }, STILL_MS)
  }

  choose(sight: Sight): void {
    this.#sight = sight
    this.#fade?.end()
    this.#isPictureKept = false
    this.#touch('color', 'hints')
  }

  /** The preview has news. */
  previewed(): void {
    this.#touch('color')
  }

  /** Another picture is there. */
  colored(): void {
    this.#isOtherPicture = true
    this.#isPictureKept = false
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
    const hint = this.#sight.hints ? this.#hints.colorAt(x, y) : null
    if (hint !== null) return hint
    const { width, height } = this.page
    if (x < 0 || y < 0 || x >= width || y >= height) return 0xffffff
    const probe = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
    probe.imageSmoothingEnabled = false
    probe.translate(-Math.floor(x), -Math.floor(y))
    const look = this.#sight.color ? this.#sight.colors : 'lines'
    this.#paintPicture(probe, look)
    const preview = isColored(look) ? this.#source.preview() : null
    if (preview) this.#paintPreview(probe, preview)
    const [red = 255, green = 255, blue = 255] = probe.getImageData(0, 0, 1, 1).data
    return (red << 16) | (green << 8) | blue
  }

  close(): void {
    cancelAnimationFrame(this.#request)
    clearTimeout(this.#moving)
    this.#fade?.end()
    this.#hints.close()
    closeLineArt(this.#art)
  }

  #touch(...stale: Layer[]): void {
    for (const layer of stale) this.#stale.add(layer)
    this.#request ||= requestAnimationFrame(() => this.#draw())
  }

  #draw(): void {
    cancelAnimationFrame(this.#request)
    this.#request = 0
    if (this.#stale.has('color')) this.#drawColor()
    if (this.#stale.has('hints')) this.#drawHints()
    else if (this.#wetGrew) this.#hints.drawWet(this.#contexts.hints, this.#source.wet())
    if (this.#stale.has('lines')) this.#drawLines()
    this.#stale.clear()
    this.#wetGrew = false
  }

  #drawColor(): void {
    const { canvas } = this.#contexts.color
    if (this.#isOtherPicture) this.#fade?.begin(canvas)
    this.#isOtherPicture = false
    const context = this.#begin(this.#contexts.color)
    const preview = this.#source.preview()
    // A page that moves is another picture every time.
    if (preview && this.#moving === undefined) {
      context.save()
      context.resetTransform()
      context.drawImage(this.#keptPicture(), 0, 0)
      context.restore()
    } else this.#paintPictures(context)
    if (!preview) return
    for (const part of partsOf(this.#sight)) {
      if (isColored(part.look)) this.#within(context, part, () => this.#paintPreview(context, preview))
    }
    if (this.#fade?.isRunning)
      this.#fade.uncover(context.getTransform(), (over) => this.#paintPreview(over, preview))
  }

  #keptPicture(): OffscreenCanvas {
    if (this.#isPictureKept) return this.#picture
    const { width, height } = this.#contexts.color.canvas
    if (this.#picture.width !== width || this.#picture.height !== height)
      Object.assign(this.#picture, { width, height })
    this.#paintPictures(this.#begin(this.#picture.getContext('2d')!))
    this.#isPictureKept = true
    return this.#picture
  }

  #paintPictures(context: Context): void {
    for (const part of partsOf(this.#sight))
      this.#within(context, part, () => this.#paintPicture(context, part.look))
  }

  /** In page pixels. */
  #paintPicture(context: Context, look: SideLook): void {
    const { width, height } = this.page
    context.fillStyle = PAPER
    context.fillRect(0, 0, width, height)
    if (!isColored(look)) return
    const flats = look === 'flats' ? this.#source.flats?.() : undefined
    const picture = flats ? undefined : this.#frames.shown(look)
    if (flats) context.drawImage(flats, 0, 0, width, height)
    else if (picture) drawLayers(context, picture.layers, this.page)
  }

  #paintPreview(context: Context, preview: CanvasImageSource): void {
    // Flat colors whose edges fade under the lines: nobody sees how they are smoothed, and every move of a pen draws them anew.
    context.imageSmoothingQuality = 'low'
    context.drawImage(preview, 0, 0, this.page.width, this.page.height)
  }

  #drawHints(): void {
    if (this.#committedChanged) this.#hints.update(this.#source.committed())
    this.#committedChanged = false
    const context = this.#begin(this.#contexts.hints)
    const wet = this.#source.wet()
    // An eraser shows what it takes away, even while hints are hidden.
    const shows = wet.some((stroke) => stroke.tool === 'erase')
    for (const part of partsOf(this.#sight)) {
      if (part.hints || shows) this.#within(context, part, () => this.#hints.drawCommitted(context))
    }
    this.#hints.redrawWet(context, wet)
  }

  #drawLines(): void {
    const context = this.#begin(this.#contexts.lines)
    const { width, height } = this.page
    const ink = inkFor(this.#art, this.#view.scale * this.#ratio)
    context.drawImage(ink, 0, 0, width, height)
  }

  /** Draws within a part of the screen. */
  #within(context: Context, { from, to }: Part, draw: () => void): void {
    if (from === 0 && to === 1) return draw()
    const { width, height } = context.canvas
    const transform = context.getTransform()
    context.save()
    context.resetTransform()
    context.beginPath()
    context.rect(Math.round(from * width), 0, Math.round(to * width) - Math.round(from * width), height)
    context.clip()
    context.setTransform(transform)
    draw()
    context.restore()
  }

  /** An empty canvas whose unit is a page pixel, bounded by the page. */
  #begin<Any extends Context>(context: Any): Any {
    context.restore()
    context.save()
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.clearRect(0, 0, context.canvas.width, context.canvas.height)
    const { scale, x, y, turn } = this.#view
    const along = scale * this.#ratio * Math.cos(turn)
    const across = scale * this.#ratio * Math.sin(turn)
    context.setTransform(along, across, -across, along, x * this.#ratio, y * this.#ratio)
    context.imageSmoothingQuality = this.#moving === undefined ? 'high' : 'low'
    // Strokes that run over the paper's edge do not stain the desk.
    context.beginPath()
    context.rect(0, 0, this.page.width, this.page.height)
    context.clip()
    return context
  }
}
