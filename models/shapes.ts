/**
 * Which regions of a page look alike: copies or mirror images of each other (eyes, ears, wheels, petals, sleeves). Found when first
 * asked for, from the regions alone.
 */
import { PAPER_BORDER, borderShares, type Regions } from '../shared/regions.ts'
import type { WorkSize } from '../shared/workSize.ts'

/** A shape is seen as so many cells a side of its box, each sampled at four places. */
const CELLS = 12
/** Shapes are alike when what both cover is this share of what either covers, in one of the four mirrorings. */
const OVERLAP = 0.8
/** Areas and sides of boxes of alike shapes differ by at most a fifth, and two pixels. */
const APART = 0.2
const APART_PIXELS = 2
/** Smaller regions (pixels at the working size) have no shape to speak of. */
const SMALLEST = 24

export class Shapes {
  readonly #regions: Regions
  readonly #stride: number
  /** Left, right, top, bottom of each region's box; right and bottom are beyond it. */
  readonly #boxes: Int32Array
  /** Regions that can have twins. */
  readonly #candidates: number[]
  readonly #cells = new Map<number, Uint8Array>()
  readonly #twins = new Map<number, readonly number[]>()

  constructor(regions: Regions, work: WorkSize) {
    this.#regions = regions
    this.#stride = work.paddedWidth
    this.#boxes = boxesOf(regions, work)
    const borders = borderShares(regions, work)
    this.#candidates = [...regions.areas.keys()].filter(
      (id) => borders[id]! < PAPER_BORDER && regions.areas[id]! >= SMALLEST,
    )
  }

  /** The regions that look like this one, itself and paper left out. */
  twinsOf(id: number): readonly number[] {
    let twins = this.#twins.get(id)
    if (!twins) {
      const isCandidate = this.#candidates.includes(id)
      twins = isCandidate ? this.#candidates.filter((other) => other !== id && this.#isAlike(id, other)) : []
      this.#twins.set(id, twins)
    }
    return twins
  }

  #isAlike(one: number, other: number): boolean {
    const { areas } = this.#regions
    const size = (id: number, side: 0 | 2) => this.#boxes[4 * id + side + 1]! - this.#boxes[4 * id + side]!
    return (
      isClose(areas[one]!, areas[other]!) &&
      isClose(size(one, 0), size(other, 0)) &&
      isClose(size(one, 2), size(other, 2)) &&
      [0, 1, 2, 3].some((mirroring) => overlap(this.#shape(one), this.#shape(other), mirroring) >= OVERLAP)
    )
  }

  /** How many samples of each cell of its box a region covers. */
  #shape(id: number): Uint8Array {
    const known = this.#cells.get(id)
    if (known) return known
    const cells = new Uint8Array(CELLS * CELLS)
    const left = this.#boxes[4 * id]!
    const right = this.#boxes[4 * id + 1]!
    const top = this.#boxes[4 * id + 2]!
    const bottom = this.#boxes[4 * id + 3]!
    const steps = 2 * CELLS
    for (let row = 0; row < steps; row++) {
      const y = top + Math.floor(((2 * row + 1) * (bottom - top)) / (2 * steps))
      for (let column = 0; column < steps; column++) {
        const x = left + Math.floor(((2 * column + 1) * (right - left)) / (2 * steps))
        if (this.#regions.ids[y * this.#stride + x] === id) cells[(row >> 1) * CELLS + (column >> 1)]!++
      }
    }
    this.#cells.set(id, cells)
    return cells
  }
}

const isClose = (a: number, b: number) => Math.abs(a - b) <= APART * Math.max(a, b) + APART_PIXELS

/** Shared over united area; bit 0 of `mirroring` turns left and right of `other`, bit 1 top and bottom. */
function overlap(one: Uint8Array, other: Uint8Array, mirroring: number): number {
  let shared = 0
  for (let row = 0; row < CELLS; row++) {
    const otherRow = mirroring & 2 ? CELLS - 1 - row : row
    for (let column = 0; column < CELLS; column++) {
      const otherColumn = mirroring & 1 ? CELLS - 1 - column : column
      shared += Math.min(one[row * CELLS + column]!, other[otherRow * CELLS + otherColumn]!)
    }
  }
  const sum = (cells: Uint8Array) => cells.reduce((total, value) => total + value, 0)
  return shared / (sum(one) + sum(other) - shared || 1)
}

function boxesOf({ ids, count }: Regions, { width, height, paddedWidth: stride }: WorkSize): Int32Array {
  const boxes = new Int32Array(4 * count)
  for (let id = 0; id < count; id++) boxes.set([width, 0, height, 0], 4 * id)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const box = 4 * ids[y * stride + x]!
      if (x < boxes[box]!) boxes[box] = x
      if (x >= boxes[box + 1]!) boxes[box + 1] = x + 1
      if (y < boxes[box + 2]!) boxes[box + 2] = y
      boxes[box + 3] = y + 1
    }
  }
  return boxes
}
