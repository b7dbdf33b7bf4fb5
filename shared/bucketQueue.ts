/**
 * A priority queue of pixels for floods: 256 levels, first in first out within one, every operation O(1).
 * Each item may be queued once between two `clear`s; levels below the one being read must not be pushed any more.
 */
const LEVELS = 256

export class BucketQueue {
  /** The level of the item last popped. */
  level = 0
  readonly #next: Int32Array
  readonly #first = new Int32Array(LEVELS)
  readonly #last = new Int32Array(LEVELS)
  #at = -1

  /** Items are integers from 0 to `capacity` - 1. */
  constructor(capacity: number) {
    this.#next = new Int32Array(capacity)
    this.clear()
  }

  clear(): void {
    this.#first.fill(-1)
    this.#last.fill(-1)
    this.level = 0
    this.#at = -1
  }

  push(item: number, level: number): void {
    const last = this.#last[level]!
    if (last === -1) this.#first[level] = item
    else this.#next[last] = item
    this.#next[item] = -1
    this.#last[level] = item
  }

  /** The next item of the lowest level up to `highest`, or -1. What was read stays linked: pushes at its level follow it. */
  pop(highest = LEVELS - 1): number {
    for (;;) {
      const next = this.#at === -1 ? this.#first[this.level]! : this.#next[this.#at]!
      if (next !== -1) {
        this.#at = next
        return next
      }
      if (this.level >= highest) return -1
      this.level++
      this.#at = -1
    }
  }
}
