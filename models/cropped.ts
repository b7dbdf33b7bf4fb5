/** Planes of the padded working size (shared/workSize.ts) without their padding. */
import type { GreyPage } from '../shared/picture.ts'
import type { WorkSize } from '../shared/workSize.ts'

/** In a buffer of its own. */
export function cropped<A extends Uint8Array | Uint32Array | Int32Array>(
  plane: A,
  { width, height, paddedWidth }: WorkSize,
): A {
  const page = plane.slice(0, width * height) as A
  for (let y = 0; y < height; y++)
    page.set(plane.subarray(y * paddedWidth, y * paddedWidth + width), y * width)
  return page
}

/** Ink of the padded working size as line art of the page alone. */
export function unpadded(ink: Uint8Array, work: WorkSize): GreyPage {
  return { width: work.width, height: work.height, grey: cropped(ink, work).map((value) => 255 - value) }
}
