/**
 * What the page showed before, fading over what it shows now, for a moment: on a canvas of its own that lies over the color layer, so
 * that the color layer itself never shows anything old, and nothing is drawn meanwhile. News of the preview comes through at once.
 * Nothing fades for people who want no motion.
 */
const MS = 140

export class CrossFade {
  readonly #context: CanvasRenderingContext2D
  readonly #canvas: HTMLCanvasElement
  readonly #stillness = matchMedia('(prefers-reduced-motion: reduce)')
  #animation: Animation | undefined

  /** The canvas belongs to this object; it is hidden while nothing fades. */
  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas
    this.#context = canvas.getContext('2d')!
    canvas.hidden = true
  }

  get isRunning(): boolean {
    return this.#animation !== undefined
  }

  /** To be called before the color layer is painted anew; what still fades goes on beneath. */
  begin(color: HTMLCanvasElement): void {
    if (this.#stillness.matches) return
    const opacity = this.#animation ? Number(getComputedStyle(this.#canvas).opacity) : 0
    const { width, height } = color
    if (this.#canvas.width !== width || this.#canvas.height !== height)
      Object.assign(this.#canvas, { width, height })
    const context = this.#context
    // What is seen now: the color layer under what is left of the last fade.
    context.globalCompositeOperation = opacity > 0 ? 'destination-in' : 'copy'
    context.globalAlpha = opacity > 0 ? opacity : 1
    if (opacity > 0) {
      context.fillRect(0, 0, width, height)
      context.globalCompositeOperation = 'destination-over'
      context.globalAlpha = 1
    }
    context.drawImage(color, 0, 0)
    this.#animation?.cancel()
    this.#canvas.hidden = false
    const animation = this.#canvas.animate([{ opacity: 1 }, { opacity: 0 }], {
      duration: MS,
      easing: 'ease-out',
    })
    animation.onfinish = () => this.end()
    this.#animation = animation
  }

  /** Lets through what is drawn in `shape` with the color layer's transform. */
  uncover(transform: DOMMatrix, shape: (context: CanvasRenderingContext2D) => void): void {
    const context = this.#context
    context.save()
    context.globalCompositeOperation = 'destination-out'
    context.setTransform(transform)
    shape(context)
    context.restore()
  }

  end(): void {
    this.#animation?.cancel()
    this.#animation = undefined
    this.#canvas.hidden = true
  }
}
