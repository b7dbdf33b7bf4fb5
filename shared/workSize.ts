/** The sizes a page is worked at: the page itself can be 4096 px, the networks see at most 512. */

/** A size in pixels. */
export type Size = { width: number; height: number }

/**
 * `width` x `height`: the page brought to the working size, its aspect ratio kept. `paddedWidth` x `paddedHeight`: the same
 * with paper added right and below. All are even, for the draft works at half of them; half of the padded size is a multiple of 32.
 */
export type WorkSize = Size & { paddedWidth: number; paddedHeight: number }

const SIDE = 512
const SMALLEST_SIDE = 256
const MULTIPLE = 64

const padded = (side: number) => Math.ceil(side / MULTIPLE) * MULTIPLE

/** The working size of a page: long side `side` (512), smaller pages their own size, but not under 256. */
export function workSizeOf(page: Size, side = SIDE): WorkSize {
  const longer = Math.max(page.width, page.height)
  const target = Math.min(side, Math.max(SMALLEST_SIDE, longer))
  const scaled = (length: number) => 2 * Math.max(1, Math.floor((length * target + longer) / (2 * longer)))
  const width = scaled(page.width)
  const height = scaled(page.height)
  return { width, height, paddedWidth: padded(width), paddedHeight: padded(height) }
}
