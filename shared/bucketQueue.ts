/**
 * A priority queue of pixels for floods: 256 levels, first in first out within one, every operation O(1).
 * Each item may be queued once between two `clear`s; levels below the one being read must not be pushed any more.
 */
const LEVELS = 256

export class BucketQueue {
  /** The level of the item last popped. */
  level = 0
  /** Items in the order they are read, up to those of the level being read: most are pushed there. */
  readonly #order: Int32Array
  #read = 0
  #end = 0
  /** Items of higher levels: linked lists. */
  readonly #next: Int32Array
  readonly #first = new Int32Array(LEVELS)
  readonly #last = new Int32Array(LEVELS)

  /** Items are integers from 0 to `capacity` - 1. */
  constructor(capacity: number) {
    this.#order = new Int32Array(capacity)
    this.#next = new Int32Array(capacity)
    this.clear()
  }

  clear(): void {
    this.#first.fill(-1)
    this.level = 0
    this.#read = 0
    this.#end = 0
  }

  push(item: number, level: number): void {
    if (level === this.level) this.append(item)
    else this.#link(item, level)
  }

  /** Pushes at the level being read. */
  append(item: number): void {
    this.#order[this.#end++] = item
  }

  /** The next item of the lowest level up to `highest`, or -1. */
  pop(highest = LEVELS - 1): number {
    if (this.#read === this.#end) this.#rise(highest)
    return this.#read === this.#end ? -1 : this.#order[this.#read++]!
  }

  #link(item: number, level: number): void {
    if (this.#first[level] === -1) this.#first[level] = item
    else this.#next[this.#last[level]!] = item
    this.#last[level] = item
    this.#next[item] = -1
  }

  /** Goes on to the lowest level that has items. */
  #rise(highest: number): void {
    while (this.#read === this.#end && this.level < highest) {
      this.level++
      for (let item = this.#first[this.level]!; item !== -1; item = this.#next[item]!)
        this.#order[this.#end++] = item
    }
  }
}
