/**
 * The flood by which a page's open pixels are joined to those that are done (sides.ts): in order of ink, first in first out within
 * one, paper up to LINE_INK before any line. It keeps who joined whom, in order. `state` (OPEN or DONE a pixel) is given away.
 */
import { BucketQueue } from './bucketQueue.ts'
import { LINE_INK } from './fill.ts'
import type { GreyPage } from './picture.ts'

export const OPEN = 0
export const DONE = 1

export class Joining {
  readonly #page: GreyPage
  readonly #state: Uint8Array
  readonly #queue: BucketQueue
  readonly #joined: Int32Array
  readonly #from: Int32Array
  #count = 0

  constructor(page: GreyPage, state: Uint8Array) {
    this.#page = page
    this.#state = state
    this.#queue = new BucketQueue(state.length)
    let open = 0
    for (const done of state) if (done === OPEN) open++
    this.#joined = new Int32Array(open)
    this.#from = new Int32Array(open)
  }

  /** Joins the paper that clean pixels reach without crossing a line. */
  joinClean(): void {
    const state = this.#state
    const { width, height } = this.#page
    // Of the clean pixels only those beside an open one hand on what they are.
    for (let y = 0, at = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        if (state[at] !== DONE) continue
        const borders =
          (x > 0 && state[at - 1] === OPEN) ||
          (x < width - 1 && state[at + 1] === OPEN) ||
          (y > 0 && state[at - width] === OPEN) ||
          (y < height - 1 && state[at + width] === OPEN)
        if (borders) this.#queue.push(at, 0)
      }
    }
    this.#drain(LINE_INK - 1)
  }

  /** Pixels off the lines that nothing reached yet. */
  paperLeft(): Int32Array {
    const left: number[] = []
    for (let at = 0; at < this.#state.length; at++) {
      if (this.#state[at] === OPEN && 255 - this.#page.grey[at]! < LINE_INK) left.push(at)
    }
    return Int32Array.from(left)
  }

  /** These hand on what they are to the lines beside them. */
  begin(pixels: ArrayLike<number>): void {
    for (let i = 0; i < pixels.length; i++) {
      this.#state[pixels[i]!] = DONE
      this.#queue.push(pixels[i]!, LINE_INK - 1)
    }
  }

  /** Joins the paper around `at` to it; false when that is of another already. */
  beginSide(at: number): boolean {
    if (this.#state[at] === DONE) return false
    this.begin([at])
    this.#drain(LINE_INK - 1)
    return true
  }

  /** Joins what is left. */
  joinLines(): { joined: Int32Array; joinedFrom: Int32Array } {
    this.#drain(255)
    return { joined: this.#joined.subarray(0, this.#count), joinedFrom: this.#from.subarray(0, this.#count) }
  }

  #drain(highest: number): void {
    const { width } = this.#page
    const pixels = this.#state.length
    for (let at = this.#queue.pop(highest); at !== -1; at = this.#queue.pop(highest)) {
      const column = at % width
      if (column > 0) this.#visit(at, at - 1)
      if (column < width - 1) this.#visit(at, at + 1)
      if (at >= width) this.#visit(at, at - width)
      if (at < pixels - width) this.#visit(at, at + width)
    }
  }

  #visit(from: number, to: number): void {
    if (this.#state[to] !== OPEN) return
    this.#state[to] = DONE
    this.#joined[this.#count] = to
    this.#from[this.#count++] = from
    this.#queue.push(to, Math.max(this.#queue.level, 255 - this.#page.grey[to]!))
  }
}
