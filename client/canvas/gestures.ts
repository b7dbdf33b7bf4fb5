/**
 * Tells from pointer events what the hand does: paint, pan, pinch or hover. Pointers only, no page and no tools.
 *
 * One finger paints until a pen was seen; from then on fingers only move the page (palms rest on the screen). A second finger
 * takes back the stroke the first had begun and pinches. The middle button pans.
 */
import type { PointerLike } from './pen.ts'
import type { Point } from './view.ts'

export type HandEvent = PointerLike & {
  pointerId: number
  button: number
  buttons: number
  isPrimary: boolean
  getCoalescedEvents?: () => readonly PointerLike[]
}

export type Hand = {
  /** Whether the chosen tool (or a held key) moves the page instead of painting. */
  pans: () => boolean
  press: (pointer: PointerLike, eraserEnd: boolean) => void
  draw: (samples: readonly PointerLike[]) => void
  lift: () => void
  takeBack: () => void
  pan: (dx: number, dy: number) => void
  pinch: (before: readonly [Point, Point], after: readonly [Point, Point]) => void
  /** The pointer's place while it is over the page, null when it left. */
  hover: (pointer: PointerLike | null) => void
}

const LEFT = 0
const MIDDLE = 1
const PEN_ERASER = 32

type Doing =
  | { what: 'nothing' }
  | { what: 'paint' | 'pan'; pointer: number; touches: boolean }
  | { what: 'pinch'; first: number; second: number }

export class Gestures {
  readonly #hand: Hand
  readonly #places = new Map<number, Point>()
  #doing: Doing = { what: 'nothing' }
  #penSeen = false

  constructor(hand: Hand) {
    this.#hand = hand
  }

  down(event: HandEvent): void {
    if (event.pointerType === 'pen') this.#penSeen = true
    const touches = event.pointerType === 'touch'
    this.#places.set(event.pointerId, { x: event.clientX, y: event.clientY })
    const doing = this.#doing
    if (doing.what === 'nothing') {
      const pans = event.button === MIDDLE || this.#hand.pans() || (touches && this.#penSeen)
      if (pans) this.#doing = { what: 'pan', pointer: event.pointerId, touches }
      else if (event.button === LEFT || event.buttons & PEN_ERASER) {
        this.#doing = { what: 'paint', pointer: event.pointerId, touches }
        this.#hand.press(event, (event.buttons & PEN_ERASER) !== 0)
      }
    } else if (touches && doing.what !== 'pinch' && doing.touches && doing.pointer !== event.pointerId) {
      if (doing.what === 'paint') this.#hand.takeBack()
      this.#doing = { what: 'pinch', first: doing.pointer, second: event.pointerId }
    }
  }

  move(event: HandEvent): void {
    const before = this.#places.get(event.pointerId)
    const after = { x: event.clientX, y: event.clientY }
    if (event.pointerType !== 'touch' || this.#doing.what === 'paint') this.#hand.hover(event)
    if (!before) return
    const doing = this.#doing
    if (doing.what === 'paint' && doing.pointer === event.pointerId) {
      const samples = event.getCoalescedEvents?.() ?? []
      this.#hand.draw(samples.length > 0 ? samples : [event])
    } else if (doing.what === 'pan' && doing.pointer === event.pointerId) {
      this.#hand.pan(after.x - before.x, after.y - before.y)
    } else if (doing.what === 'pinch') {
      const isFirst = doing.first === event.pointerId
      const other = this.#places.get(isFirst ? doing.second : doing.first)
      if (other && (isFirst || doing.second === event.pointerId))
        this.#hand.pinch([before, other], [after, other])
    }
    this.#places.set(event.pointerId, after)
  }

  up(event: HandEvent): void {
    const doing = this.#doing
    this.#places.delete(event.pointerId)
    if (doing.what === 'paint' && doing.pointer === event.pointerId) {
      this.#hand.lift()
      this.#doing = { what: 'nothing' }
    } else this.#release(event.pointerId)
    if (event.pointerType === 'touch') this.#hand.hover(null)
  }

  /** The system took the pointer away. */
  cancel(event: HandEvent): void {
    const doing = this.#doing
    this.#places.delete(event.pointerId)
    if (doing.what === 'paint' && doing.pointer === event.pointerId) {
      this.#hand.takeBack()
      this.#doing = { what: 'nothing' }
    } else this.#release(event.pointerId)
  }

  leave(): void {
    if (this.#doing.what !== 'paint') this.#hand.hover(null)
  }

  /** After a pinch the finger that stays moves the page; it never starts to paint. */
  #release(pointer: number): void {
    const doing = this.#doing
    if (doing.what === 'pan' && doing.pointer === pointer) this.#doing = { what: 'nothing' }
    if (doing.what !== 'pinch' || (doing.first !== pointer && doing.second !== pointer)) return
    this.#doing = {
      what: 'pan',
      pointer: doing.first === pointer ? doing.second : doing.first,
      touches: true,
    }
  }
}
