import type { WorkSize } from './workSize.ts'

/** Gives the padding of a plane (one value a pixel) the value of the page's nearest pixel, in place. */
export function repeatEdges(
  plane: Uint8Array | Uint32Array | Int32Array,
  { width, height, paddedWidth: stride, paddedHeight }: WorkSize,
): void {
  if (width === stride && height === paddedHeight) return
  for (let y = 0; y < paddedHeight; y++) {
    const row = y * stride
    if (y < height) plane.fill(plane[row + width - 1]!, row + width, row + stride)
    else plane.copyWithin(row, (height - 1) * stride, height * stride)
  }
}
