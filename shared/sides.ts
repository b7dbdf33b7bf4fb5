/**
 * On which side of the lines each pixel of a page lies, told by the pixels of a smaller layer.
 *
 * Where the four nearest layer pixels hold no ink, no line can lie between them: such a page pixel is *clean* and is of all four.
 * Every other one is joined to a neighbour, in order of ink like the hint map (hintmap.ts): what lies beside a line belongs to the
 * clean pixels of its own side, and the line itself comes last. It all depends on the ink alone, so it is found once a page and
 * used for every layer.
 *
 * Narrow places that no clean pixel reaches: 'whole', each is as one layer pixel in it, the one with the least ink, so that
 * nothing comes in from beyond its lines; 'blended', its pixels are of all four layer pixels like clean ones, so that a
 * thin place of many colors keeps them (drafts, and the training code).
 */
import { positions, type Position } from './bilinear.ts'
import { inkAtWorkSize } from './ink.ts'
import { DONE, Joining, OPEN } from './joining.ts'
import type { GreyPage } from './picture.ts'
import type { Size } from './workSize.ts'

/** Layer pixels with more ink than this have part of a line in them. */
const CLEAN_INK = 24

export type NarrowPlaces = 'whole' | 'blended'

export type Sides = {
  readonly page: Size
  readonly layer: Size
  /** The four layer pixels nearest to a page pixel. */
  readonly columns: Position[]
  readonly rows: Position[]
  /** Page pixels that are as one layer pixel, and which. */
  readonly narrow: Int32Array
  readonly narrowFrom: Int32Array
  /** Page pixels that are as another page pixel, in an order in which that other is known, and the other. */
  readonly joined: Int32Array
  readonly joinedFrom: Int32Array
}

export type SidesOptions = {
  narrowPlaces?: NarrowPlaces
  /** Ink at the layer's size, one byte a pixel; made of the page when left out. */
  ink?: Uint8Array
}

/** For layers of size `layer` on `page`, whose pixels are not kept. */
export function sidesOf(page: GreyPage, layer: Size, options: SidesOptions = {}): Sides {
  const columns = positions(page.width, layer.width)
  const rows = positions(page.height, layer.height)
  const unpadded = { ...layer, paddedWidth: layer.width, paddedHeight: layer.height }
  const ink = options.ink ?? inkAtWorkSize(page.grey, page, unpadded)
  const state = cleanPixels(page, { columns, rows, ink, stride: layer.width })
  const nearest = (at: number) => {
    const column = columns[at % page.width]!
    const row = rows[Math.floor(at / page.width)]!
    return (
      (row.share < 0.5 ? row.low : row.high) * layer.width + (column.share < 0.5 ? column.low : column.high)
    )
  }
  const joining = new Joining(page, state)
  joining.joinClean()
  const left = joining.paperLeft()
  let narrow = new Int32Array(0)
  if (options.narrowPlaces === 'blended') joining.begin(left)
  else {
    left.sort((a, b) => ink[nearest(a)]! - ink[nearest(b)]! || a - b)
    narrow = left.filter((at) => joining.beginSide(at))
  }
  const joins = joining.joinLines()
  const { width, height } = page
  return {
    page: { width, height },
    layer: { width: layer.width, height: layer.height },
    columns,
    rows,
    narrow,
    narrowFrom: narrow.map(nearest),
    ...joins,
  }
}

/** DONE for every page pixel whose four nearest layer pixels hold no ink. */
function cleanPixels(
  { width, height }: Size,
  { columns, rows, ink, stride }: { columns: Position[]; rows: Position[]; ink: Uint8Array; stride: number },
): Uint8Array {
  const state = new Uint8Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    const upper = rows[y]!.low * stride
    const lower = rows[y]!.high * stride
    for (let x = 0; x < width; x++, at++) {
      const { low, high } = columns[x]!
      const most = Math.max(ink[upper + low]!, ink[upper + high]!, ink[lower + low]!, ink[lower + high]!)
      state[at] = most <= CLEAN_INK ? DONE : OPEN
    }
  }
  return state
}
