/**
 * The color layer: paper, the pictures in sight, over them the preview of what they do not show yet, and what is finished. While somebody paints only the
 * preview is another one: the pictures under it are kept as they lie on the screen.
 */
import type { Size } from '../../shared/workSize.ts'
import { CrossFade } from './crossFade.ts'
import { drawLayers, type Frames } from './frames.ts'
import { partsOf, type Colors, type SideLook, type Sight } from './looks.ts'
import { beginPage, withinPart, type Context, type Lie } from './pageContext.ts'

export type ColorSource = {
  /** What lies over the pictures until the networks' next one comes. */
  preview: () => CanvasImageSource | null
  /** The picture as flats, while they are looked at. */
  flats?: () => CanvasImageSource | undefined
  /** Whether this person's pen is down: then nothing fades, the pen has the machine. */
  paints?: () => boolean
  /** The finished regions as they look, over all of that. */
  finished?: (look: 'refined' | 'flats') => CanvasImageSource | undefined
}

const PAPER = '#ffffff'

const isColored = (look: SideLook): look is Colors => look !== 'lines' && look !== 'hints'

export class ColorLayer {
  readonly #context: CanvasRenderingContext2D
  readonly #fade: CrossFade | undefined
  readonly #page: Size
  readonly #frames: Frames
  readonly #source: ColorSource
  readonly #kept = new OffscreenCanvas(1, 1)
  /** What is kept is what is to be seen. */
  #isKept = false
  #isOther = false

  /** `fade` holds for a moment what was seen before; without it nothing fades. */
  constructor(
    { color, fade }: { color: HTMLCanvasElement; fade?: HTMLCanvasElement },
    page: Size,
    frames: Frames,
    source: ColorSource,
  ) {
    this.#context = color.getContext('2d')!
    this.#fade = fade && new CrossFade(fade)
    this.#page = page
    this.#frames = frames
    this.#source = source
  }

  get canvas(): HTMLCanvasElement {
    return this.#context.canvas
  }

  /** Another picture is there: it fades in. */
  renew(): void {
    this.#isOther = true
    this.#isKept = false
  }

  /** The page lies otherwise, or something else is looked at: it is there at once. */
  expire(): void {
    this.#fade?.end()
    this.#isKept = false
  }

  draw(sight: Sight, lie: Lie): void {
    if (this.#isOther && !this.#source.paints?.()) this.#fade?.begin(this.canvas)
    this.#isOther = false
    const context = beginPage(this.#context, lie)
    const preview = this.#source.preview()
    // A page that moves is another picture every time.
    if (preview && !lie.moves) {
      this.#keep(sight, lie)
      context.save()
      context.resetTransform()
      context.drawImage(this.#kept, 0, 0)
      context.restore()
    } else this.#paintPictures(context, sight)
    if (!preview) return
    for (const part of partsOf(sight)) {
      if (!isColored(part.look)) continue
      withinPart(context, part, () => {
        this.#paintPreview(context, preview)
        this.#paintFinished(context, part.look)
      })
    }
    if (this.#fade?.isRunning)
      this.#fade.uncover(context.getTransform(), (over) => this.#paintPreview(over, preview))
  }

  /** The refined picture's color at a place of the page, with what is to come of it. */
  colorAt(x: number, y: number): number {
    const probe = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!
    probe.imageSmoothingEnabled = false
    probe.translate(-Math.floor(x), -Math.floor(y))
    this.#paintPicture(probe, 'refined')
    const preview = this.#source.preview()
    if (preview) this.#paintPreview(probe, preview)
    this.#paintFinished(probe, 'refined')
    const [red = 255, green = 255, blue = 255] = probe.getImageData(0, 0, 1, 1).data
    return (red << 16) | (green << 8) | blue
  }

  #keep(sight: Sight, lie: Lie): void {
    if (this.#isKept) return
    const { width, height } = this.canvas
    if (this.#kept.width !== width || this.#kept.height !== height)
      Object.assign(this.#kept, { width, height })
    this.#paintPictures(beginPage(this.#kept.getContext('2d')!, lie), sight)
    this.#isKept = true
  }

  #paintPictures(context: Context, sight: Sight): void {
    for (const part of partsOf(sight)) withinPart(context, part, () => this.#paintPicture(context, part.look))
  }

  /** In page pixels. */
  #paintPicture(context: Context, look: SideLook): void {
    const { width, height } = this.#page
    context.fillStyle = PAPER
    context.fillRect(0, 0, width, height)
    if (!isColored(look)) return
    const flats = look === 'flats' ? this.#source.flats?.() : undefined
    const picture = flats ? undefined : this.#frames.shown(look)
    if (flats) context.drawImage(flats, 0, 0, width, height)
    else if (picture) drawLayers(context, picture.layers, this.#page)
    this.#paintFinished(context, look)
  }

  #paintFinished(context: Context, look: SideLook): void {
    const finished = this.#source.finished?.(look === 'flats' ? 'flats' : 'refined')
    if (!finished) return
    context.imageSmoothingQuality = 'high'
    context.drawImage(finished, 0, 0, this.#page.width, this.#page.height)
  }

  #paintPreview(context: Context, preview: CanvasImageSource): void {
    // Flat colors whose edges fade under the lines: nobody sees how they are smoothed, and every move of a pen draws them anew.
    context.imageSmoothingQuality = 'low'
    context.drawImage(preview, 0, 0, this.#page.width, this.#page.height)
  }
}
