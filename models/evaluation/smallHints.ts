/** Painted hints at the compared side: the first painted pixel of each block that becomes one, 0 where none is. */
import { COMPARED_SIDE } from './picture.ts'

export function smallHints(pixels: Uint32Array, side: number): Uint32Array {
  const step = side / COMPARED_SIDE
  const small = new Uint32Array(COMPARED_SIDE * COMPARED_SIDE)
  for (let at = 0; at < small.length; at++) {
    const corner = Math.floor(at / COMPARED_SIDE) * step * side + (at % COMPARED_SIDE) * step
    for (let k = 0; k < step * step && small[at] === 0; k++) {
      small[at] = pixels[corner + Math.floor(k / step) * side + (k % step)]!
    }
  }
  return small
}
