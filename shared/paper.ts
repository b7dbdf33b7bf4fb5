/**
 * How bright the paper of a drawing is, place by place: a photo's or a scan's paper is grey and unevenly lit, and would else pass
 * for ink everywhere. Clean digital drawings are not changed. Integer arithmetic, for browsers and the colorist must agree.
 */
import type { Size } from './workSize.ts'

/** Paper is looked for in blocks of this side on a page of up to `SIDE`, larger ones on larger pages: lines are no wider than a block. */
const BLOCK = 32
const SIDE = 512
/** In a block this share (in percent) of the pixels is darker than paper. */
const DARKER_PERCENT = 85
/** Brighter paper than this is white. */
const WHITE = 248
/** Paper is never darker than this: what is must be solid ink. */
const DARKEST = 112

/** Brings paper to white in place: `grey` is one byte a pixel, `size.width` x `size.height`. */
export function whitenPaper(grey: Uint8Array, size: Size): void {
  const block = BLOCK * Math.ceil(Math.max(SIDE, size.width, size.height) / SIDE)
  const columns = Math.ceil(size.width / block)
  const rows = Math.ceil(size.height / block)
  const levels = new Uint8Array(columns * rows)
  let isWhite = true
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      levels[row * columns + column] = paperOf(grey, size, column * block, row * block, block)
    }
  }
  const paper = levels.map((own, at) => {
    const brightest = brightestAround(levels, columns, rows, at % columns, Math.floor(at / columns))
    const level = 10 * own < 7 * brightest ? brightest : own
    if (level < 255) isWhite = false
    return level
  })
  if (isWhite) return
  const places = Array.from({ length: size.width }, (_, x) => between(x, columns, block))
  const levelsOfRow = new Float64Array(columns)
  for (let y = 0, to = 0; y < size.height; y++) {
    const { low, high, share } = between(y, rows, block)
    for (let column = 0; column < columns; column++) {
      levelsOfRow[column] =
        paper[low * columns + column]! * (2 * block - share) + paper[high * columns + column]! * share
    }
    for (let x = 0; x < size.width; x++, to++) {
      const place = places[x]!
      const level =
        levelsOfRow[place.low]! * (2 * block - place.share) + levelsOfRow[place.high]! * place.share
      grey[to] = Math.min(255, Math.floor((grey[to]! * 255 * 4 * block * block) / level))
    }
  }
}

/** The brightness of the paper in one block, 255 when it is white. */
function paperOf(
  grey: Uint8Array,
  { width, height }: Size,
  left: number,
  top: number,
  block: number,
): number {
  const histogram = new Int32Array(256)
  const right = Math.min(width, left + block)
  const bottom = Math.min(height, top + block)
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) histogram[grey[y * width + x]!]!++
  }
  const darker = Math.floor((DARKER_PERCENT * (right - left) * (bottom - top)) / 100)
  let level = 0
  for (let seen = histogram[0]!; seen <= darker && level < 255; seen += histogram[level]!) level++
  return level > WHITE ? 255 : Math.max(DARKEST, level)
}

/** A block full of ink has no paper of its own; the brightest within two blocks tells. */
function brightestAround(levels: Uint8Array, columns: number, rows: number, x: number, y: number): number {
  let most = 0
  for (let row = Math.max(0, y - 2); row <= Math.min(rows - 1, y + 2); row++) {
    for (let column = Math.max(0, x - 2); column <= Math.min(columns - 1, x + 2); column++) {
      most = Math.max(most, levels[row * columns + column]!)
    }
  }
  return most
}

/** The block centers a pixel lies between, and how far it is on the way, of 2 x `block`. */
function between(at: number, blocks: number, block: number): { low: number; high: number; share: number } {
  const place = 2 * at + 1 - block
  const low = Math.floor(place / (2 * block))
  const share = place - low * 2 * block
  const inside = (index: number) => Math.min(blocks - 1, Math.max(0, index))
  return { low: inside(low), high: inside(low + 1), share }
}
