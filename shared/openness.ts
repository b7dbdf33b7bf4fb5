/**
 * Openness: of sixteen straight rays from a pixel, how many leave the page without meeting a line. The paper around a figure is
 * open, what lines enclose is not, and what they enclose on three sides (a sleeve cut off by the page, the space between two
 * legs) is hardly. It depends on the ink alone. Integer arithmetic: the same bytes in a browser, in Node and in training.
 */
import type { WorkSize } from './workSize.ts'

export const RAYS = 16

/** A ray is stopped by blurred ink (blurInk.ts) from here on. */
const STOPS = 24

/** Steps of the rays in one quarter; the others are these, turned. */
const QUARTER = [
  [1, 0],
  [2, 1],
  [1, 1],
  [1, 2],
] as const

const steps = QUARTER.flatMap(([x, y]) => [
  [x, y],
  [-y, x],
  [-x, -y],
  [y, -x],
])

/** 0 .. 16 a pixel of the padded size (0 in the padding). `elevation`: blurred ink of that size. */
export function opennessOf(elevation: Uint8Array, work: WorkSize): Uint8Array {
  const open = new Uint8Array(elevation.length)
  const isFree = new Uint8Array(elevation.length)
  for (const [stepX, stepY] of steps) {
    castRays(elevation, work, stepX!, stepY!, isFree)
    for (let at = 0; at < open.length; at++) open[at]! += isFree[at]!
  }
  return open
}

/**
 * Sets `isFree` to 1 where a ray of this step gets out: where the next pixel of the ray is beyond the page or free itself, and
 * no line lies between. A diagonal step passes a corner unless both pixels beside it are ink; a longer one crosses two pixels.
 */
function castRays(
  elevation: Uint8Array,
  { width, height, paddedWidth: stride }: WorkSize,
  stepX: number,
  stepY: number,
  isFree: Uint8Array,
): void {
  const signX = Math.sign(stepX)
  const signY = Math.sign(stepY)
  const step = stepY * stride + stepX
  // Pixels between this one and the next of the ray: beside it (for a straight step itself again), and cornerwise.
  const beside = Math.abs(stepX) === 2 ? signX : Math.abs(stepY) === 2 ? signY * stride : 0
  const corner = beside === 0 ? 0 : signY * stride + signX
  const isDiagonal = Math.abs(stepX) === 1 && Math.abs(stepY) === 1
  for (let row = 0; row < height; row++) {
    const y = stepY > 0 ? height - 1 - row : row
    for (let column = 0; column < width; column++) {
      const x = stepX > 0 ? width - 1 - column : column
      const at = y * stride + x
      if (elevation[at]! >= STOPS) {
        isFree[at] = 0
        continue
      }
      const nextX = x + stepX
      const nextY = y + stepY
      if (nextX < 0 || nextX >= width || nextY < 0 || nextY >= height) {
        isFree[at] = 1
        continue
      }
      const isStopped = isDiagonal
        ? elevation[at + signX]! >= STOPS && elevation[at + signY * stride]! >= STOPS
        : elevation[at + beside]! >= STOPS || elevation[at + corner]! >= STOPS
      isFree[at] = isStopped ? 0 : isFree[at + step]!
    }
  }
}
