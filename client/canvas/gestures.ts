/**
 * Tells from pointer events what the hand does: use the tool in it, or pan, turn, zoom, pinch or hover. Pointers only, no page and
 * no tools.
 *
 * - A finger uses the tool unless fingers only move the page (they do once a pen was seen: palms rest on the screen). A pen that
 *   comes down takes over from fingers; fingers that come down beside it do nothing, until they are lifted.
 * - A second finger takes back what the first had begun and pinches. Two or three fingers that tap, briefly and without moving, are
 *   a tap and nothing else.
 * - A finger or pen held still asks for what a long press does, before it moved.
 * - The middle button pans.
 */
import type { PointerLike } from './pen.ts'
import type { Point } from './view.ts'

export type HandEvent = PointerLike & {
  pointerId: number
  button: number
  buttons: number
  /** When it happened, in milliseconds. */
  timeStamp: number
  altKey: boolean
  getCoalescedEvents?: () => readonly PointerLike[]
  getPredictedEvents?: () => readonly PointerLike[]
}

/** What a pressed pointer does: the tool's own work, or moving the page. */
export type Grip = 'use' | 'pan' | 'turn' | 'zoom'
/** Which end or button of a pen is used; `tip` for everything else. */
export type PenPart = 'tip' | 'eraser' | 'barrel'

export type Hand = {
  grip: () => Grip
  /** Whether fingers use the tool; else they move the page. */
  fingersPaint: () => boolean
  penSeen: () => void
  press: (pointer: PointerLike, part: PenPart) => void
  /** `predicted`: where the pointer will likely be next; never to be kept. */
  draw: (samples: readonly PointerLike[], predicted: readonly PointerLike[]) => void
  /** Pressed for long without moving. */
  hold: (pointer: PointerLike) => void
  lift: () => void
  takeBack: () => void
  pan: (dx: number, dy: number) => void
  turn: (before: Point, after: Point) => void
  /** Pressed at `at` and moved to the side by `dx`. */
  zoom: (dx: number, at: Point) => void
  zoomClick: (at: Point, out: boolean) => void
  pinch: (before: readonly [Point, Point], after: readonly [Point, Point]) => void
  /** The page rests after it was moved. */
  rest: () => void
  tap: (fingers: 2 | 3) => void
  /** The pointer's place while it is over the page, null when it left. */
  hover: (pointer: PointerLike | null) => void
}

const LEFT = 0
const MIDDLE = 1
const PEN_BARREL = 2
const PEN_ERASER = 32
const HOLD_MS = 500
const TAP_MS = 300
/** Screen pixels a pointer that is held still or taps may move. */
const STILL = 8

type Doing =
  | { what: 'nothing' }
  | { what: Grip; pointer: number; touches: boolean; start: Point; isMoved: boolean }
  | { what: 'pinch'; first: number; second: number }

const nothing: Doing = { what: 'nothing' }
const placeOf = ({ clientX, clientY }: PointerLike): Point => ({ x: clientX, y: clientY })
const isNear = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y) <= STILL

function partOf({ pointerType, buttons }: HandEvent): PenPart {
  if (buttons & PEN_ERASER) return 'eraser'
  return pointerType === 'pen' && buttons & PEN_BARREL ? 'barrel' : 'tip'
}

export class Gestures {
  readonly #hand: Hand
  readonly #places = new Map<number, Point>()
  #doing: Doing = nothing
  /** Fingers on the screen since none was, while they may still be a tap. */
  #taps: { starts: Map<number, Point>; at: number } | undefined
  readonly #fingers = new Set<number>()
  #holding: ReturnType<typeof setTimeout> | undefined

  constructor(hand: Hand) {
    this.#hand = hand
  }

  down(event: HandEvent): void {
    const touches = event.pointerType === 'touch'
    if (event.pointerType === 'pen') {
      this.#hand.penSeen()
      this.#giveWay()
    }
    this.#places.set(event.pointerId, placeOf(event))
    if (touches) this.#landed(event)
    const doing = this.#doing
    if (doing.what === 'nothing') this.#begin(event, touches)
    else if (touches && doing.what !== 'pinch' && doing.touches && doing.pointer !== event.pointerId) {
      this.#abandon()
      this.#doing = { what: 'pinch', first: doing.pointer, second: event.pointerId }
    }
  }

  move(event: HandEvent): void {
    if (event.pointerType === 'pen') this.#hand.penSeen()
    const before = this.#places.get(event.pointerId)
    const after = placeOf(event)
    if (event.pointerType !== 'touch' || this.#doing.what === 'use') this.#hand.hover(event)
    if (!before || !this.#isBeyondTap(event, after)) return
    const doing = this.#doing
    if (doing.what === 'pinch') this.#pinch(doing, event.pointerId, before, after)
    else if (doing.what !== 'nothing' && doing.pointer === event.pointerId) {
      if (!doing.isMoved && !isNear(doing.start, after)) {
        doing.isMoved = true
        clearTimeout(this.#holding)
      }
      this.#move(doing, event, before, after)
    }
    this.#places.set(event.pointerId, after)
  }

  up(event: HandEvent): void {
    const doing = this.#doing
    if (doing.what === 'use' && doing.pointer === event.pointerId) this.#hand.lift()
    if (doing.what === 'zoom' && doing.pointer === event.pointerId && !doing.isMoved)
      this.#hand.zoomClick(doing.start, event.altKey)
    this.#release(event.pointerId)
    if (event.pointerType === 'touch') {
      this.#hand.hover(null)
      this.#raised(event)
    }
  }

  /** The system took the pointer away. */
  cancel(event: HandEvent): void {
    const doing = this.#doing
    if (doing.what === 'use' && doing.pointer === event.pointerId) this.#hand.takeBack()
    this.#release(event.pointerId)
    this.#fingers.delete(event.pointerId)
    this.#taps = undefined
  }

  leave(): void {
    if (this.#doing.what !== 'use') this.#hand.hover(null)
  }

  #begin(event: HandEvent, touches: boolean): void {
    const part = partOf(event)
    let what = this.#hand.grip()
    if (event.button === MIDDLE || (touches && !this.#hand.fingersPaint() && what === 'use')) what = 'pan'
    else if (event.button !== LEFT && part === 'tip') return
    const { pointerId: pointer } = event
    this.#doing = { what, pointer, touches, start: placeOf(event), isMoved: false }
    if (what !== 'use') return
    this.#hand.press(event, part)
    if (event.pointerType !== 'mouse') this.#holding = setTimeout(() => this.#hand.hold(event), HOLD_MS)
  }

  #move(doing: Doing & { what: Grip }, event: HandEvent, before: Point, after: Point): void {
    switch (doing.what) {
      case 'use': {
        const samples = event.getCoalescedEvents?.() ?? []
        return this.#hand.draw(samples.length > 0 ? samples : [event], event.getPredictedEvents?.() ?? [])
      }
      case 'pan':
        return this.#hand.pan(after.x - before.x, after.y - before.y)
      case 'turn':
        return this.#hand.turn(before, after)
      case 'zoom':
        if (doing.isMoved) this.#hand.zoom(after.x - before.x, doing.start)
    }
  }

  #pinch({ first, second }: Doing & { what: 'pinch' }, pointer: number, before: Point, after: Point): void {
    const isFirst = first === pointer
    const other = this.#places.get(isFirst ? second : first)
    if (!other || (!isFirst && second !== pointer)) return
    if (isFirst) this.#hand.pinch([before, other], [after, other])
    else this.#hand.pinch([other, before], [other, after])
  }

  /** Stops what a single pointer does, as if it had not been begun. */
  #abandon(): void {
    clearTimeout(this.#holding)
    if (this.#doing.what === 'use') this.#hand.takeBack()
    else if (this.#doing.what !== 'nothing') this.#hand.rest()
    this.#doing = nothing
  }

  /** A pen comes down: fingers that do something stop, and do nothing until they are lifted. */
  #giveWay(): void {
    const doing = this.#doing
    if (doing.what === 'nothing' || (doing.what !== 'pinch' && !doing.touches)) return
    this.#abandon()
    this.#taps = undefined
  }

  /** After a pinch the finger that stays moves the page; it never starts to paint. */
  #release(pointer: number): void {
    const doing = this.#doing
    const place = this.#places.get(pointer)
    this.#places.delete(pointer)
    if (doing.what === 'nothing' || !place) return
    if (doing.what !== 'pinch') {
      if (doing.pointer !== pointer) return
      clearTimeout(this.#holding)
      if (doing.what !== 'use') this.#hand.rest()
      this.#doing = nothing
    } else if (doing.first === pointer || doing.second === pointer) {
      this.#hand.rest()
      const stays = doing.first === pointer ? doing.second : doing.first
      const start = this.#places.get(stays) ?? place
      this.#doing = { what: 'pan', pointer: stays, touches: true, start, isMoved: true }
    }
  }

  #landed({ pointerId, timeStamp, clientX, clientY }: HandEvent): void {
    // A palm and a finger beside a pen are no tap.
    const isBeside = this.#doing.what !== 'nothing' && this.#doing.what !== 'pinch' && !this.#doing.touches
    if (this.#fingers.size === 0) this.#taps = isBeside ? undefined : { starts: new Map(), at: timeStamp }
    this.#fingers.add(pointerId)
    this.#taps?.starts.set(pointerId, { x: clientX, y: clientY })
  }

  /** While fingers may still be tapping the page does not tremble under them. */
  #isBeyondTap({ pointerId, timeStamp }: HandEvent, after: Point): boolean {
    const start = this.#taps?.starts.get(pointerId)
    if (!this.#taps || !start) return true
    if (isNear(start, after) && timeStamp - this.#taps.at <= TAP_MS) return this.#doing.what === 'use'
    this.#taps = undefined
    return true
  }

  #raised({ pointerId, timeStamp }: HandEvent): void {
    this.#fingers.delete(pointerId)
    if (this.#fingers.size > 0) return
    const taps = this.#taps
    this.#taps = undefined
    const fingers = taps?.starts.size
    if (taps && timeStamp - taps.at <= TAP_MS && (fingers === 2 || fingers === 3)) this.#hand.tap(fingers)
  }
}
