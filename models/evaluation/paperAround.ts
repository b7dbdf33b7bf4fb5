/** Which part of a page is the paper around the drawing: what a flood from the page's edge reaches without crossing a line. */
import { LINE_INK } from '../../shared/fill.ts'
import { inkAtWorkSize } from '../../shared/ink.ts'
import type { GreyPage } from '../../shared/picture.ts'
import type { Size } from '../../shared/workSize.ts'

/** At `size`: 1 = paper around, 0 = enclosed, 2 = line. */
export function paperAround(page: GreyPage, { width, height }: Size): Uint8Array {
  const work = { width, height, paddedWidth: width, paddedHeight: height }
  const kinds = inkAtWorkSize(page.grey, page, work).map((ink) => (ink >= LINE_INK ? 2 : 0))
  const stack: number[] = []
  for (let x = 0; x < width; x++) stack.push(x, (height - 1) * width + x)
  for (let y = 0; y < height; y++) stack.push(y * width, y * width + width - 1)
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (kinds[at] !== 0) continue
    kinds[at] = 1
    if (at % width > 0) stack.push(at - 1)
    if (at % width < width - 1) stack.push(at + 1)
    if (at >= width) stack.push(at - width)
    if (at < width * (height - 1)) stack.push(at + width)
  }
  return kinds
}
