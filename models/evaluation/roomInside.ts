/** How far each pixel of a shape is from its edge: where a hand aims, and how wide it may draw. */

/**
 * Distance in pixels (chamfer 3-4, off by at most a tenth) to the nearest pixel outside `mask`; the page's edge counts as
 * inside. 0 outside.
 */
export function roomInside(mask: Uint8Array, side: number): Float32Array {
  const far = 3 * 2 * side
  const distance = Int32Array.from(mask, (is) => (is === 1 ? far : 0))
  const lower = (at: number, from: number, cost: number) => {
    if (distance[from]! + cost < distance[at]!) distance[at] = distance[from]! + cost
  }
  for (let at = 0; at < distance.length; at++) {
    const column = at % side
    if (column > 0) lower(at, at - 1, 3)
    if (at < side) continue
    lower(at, at - side, 3)
    if (column > 0) lower(at, at - side - 1, 4)
    if (column < side - 1) lower(at, at - side + 1, 4)
  }
  for (let at = distance.length - 1; at >= 0; at--) {
    const column = at % side
    if (column < side - 1) lower(at, at + 1, 3)
    if (at >= distance.length - side) continue
    lower(at, at + side, 3)
    if (column < side - 1) lower(at, at + side + 1, 4)
    if (column > 0) lower(at, at + side - 1, 4)
  }
  return Float32Array.from(distance, (value) => value / 3)
}
