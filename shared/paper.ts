/**
 * How bright the paper of a drawing is, place by place: a photo's or a scan's paper is grey and unevenly lit, and would else pass
 * for ink everywhere. Clean digital drawings are not changed. Integer arithmetic, for browsers and the colorist must agree.
 */
import type { Size } from './workSize.ts'

/** Paper is looked for in blocks of this side. */
const BLOCK = 32
/** In a block this share (in percent) of the pixels is darker than paper. */
const DARKER_PERCENT = 85
/** Brighter paper than this is white. */
const WHITE = 248
/** Paper is never darker than this: what is must be solid ink. */
const DARKEST = 112

/** Brings paper to white in place: `grey` is one byte a pixel, `size.width` x `size.height`. */
export function whitenPaper(grey: Uint8Array, size: Size): void {
  const columns = Math.ceil(size.width / BLOCK)
  const rows = Math.ceil(size.height / BLOCK)
  const levels = new Uint8Array(columns * rows)
  let isWhite = true
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      levels[row * columns + column] = paperOf(grey, size, column * BLOCK, row * BLOCK)
    }
  }
  const paper = levels.map((own, at) => {
    const brightest = brightestAround(levels, columns, rows, at % columns, Math.floor(at / columns))
    const level = 10 * own < 7 * brightest ? brightest : own
    if (level < 255) isWhite = false
    return level
  })
  if (isWhite) return
  for (let y = 0; y < size.height; y++) {
    const vertical = between(y, rows)
    for (let x = 0; x < size.width; x++) {
      const { low, high, share } = between(x, columns)
      const at = (row: number) =>
        paper[row * columns + low]! * (2 * BLOCK - share) + paper[row * columns + high]! * share
      const level = at(vertical.low) * (2 * BLOCK - vertical.share) + at(vertical.high) * vertical.share
      const value = Math.floor((grey[y * size.width + x]! * 255 * 4 * BLOCK * BLOCK) / level)
      grey[y * size.width + x] = Math.min(255, value)
    }
  }
}

/** The brightness of the paper in one block, 255 when it is white. */
function paperOf(grey: Uint8Array, { width, height }: Size, left: number, top: number): number {
  const histogram = new Int32Array(256)
  const right = Math.min(width, left + BLOCK)
  const bottom = Math.min(height, top + BLOCK)
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

/** The block centers a pixel lies between, and how far it is on the way, of 2 x BLOCK. */
function between(at: number, blocks: number): { low: number; high: number; share: number } {
  const place = 2 * at + 1 - BLOCK
  const low = Math.floor(place / (2 * BLOCK))
  const share = place - low * 2 * BLOCK
  const inside = (block: number) => Math.min(blocks - 1, Math.max(0, block))
  return { low: inside(low), high: inside(low + 1), share }
}
