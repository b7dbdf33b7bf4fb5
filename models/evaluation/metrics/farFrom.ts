/** Stability: what a stroke must not change is the page more than 32 pixels (at 256) away from it. */
import { nearestPainted } from './nearestStroke.ts'

const FAR = 32

/** 1 on the `paper` that is far from what `added` (0 = unpainted) paints. */
export function farFrom(added: ArrayLike<number>, paper: Uint8Array, side: number): Uint8Array {
  const nearest = nearestPainted(added, side, FAR)
  return paper.map((is, at) => (is === 1 && nearest[at] === -1 ? 1 : 0))
}
