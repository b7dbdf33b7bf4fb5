/**
 * Levin, Lischinski, Weiss, "Colorization using Optimization" (SIGGRAPH 2004): neighbours of equal brightness shall have equal
 * color. Line art has no brightness of its own, so all of RGB is spread, not the chroma alone. At 256, where it is compared.
 *
 * The energy is the sum of w (u - u')^2 over 8-neighbours, w = exp(-(Y - Y')^2 / (2 sigma^2)), the colors of hinted pixels
 * given: with one sigma for the page its minimum is that of the paper's quadratic (section 2, equation 1).
 */
import type { RgbPicture } from '../../../shared/picture.ts'
import { whitePage, type Method } from '../method.ts'
import { compared, COMPARED_SIDE } from '../picture.ts'
import { smallHints } from '../smallHints.ts'
import { solveHarmonic, type Grid } from './harmonic.ts'

/** Of brightness 0..1. */
const SIGMA = 0.03
/** The weakest tie, across a black line. */
const WEAKEST = 1e-5
/** A weak pull towards white decides what no hint reaches; it weakens a hint only some hundred pixels away from it. */
const PULL = 3e-5

export const levin: Method = {
  names: ['levin'],
  slow: true,
  color: ({ picture, pixels }) =>
    Promise.resolve({
      levin: optimized(compared(picture.ink, picture.side, 1), smallHints(pixels, picture.side)),
    }),
}

/** `ink` and `hints` (raster pixels, 0 = none) at the compared side; white without any hint. */
export function optimized(ink: Uint8Array, hints: Uint32Array): RgbPicture {
  const layer = whitePage(COMPARED_SIDE)
  if (hints.every((pixel) => pixel === 0)) return layer
  const grid = tiesOf(ink, hints, COMPARED_SIDE)
  for (let channel = 0; channel < 3; channel++) {
    // Darkness, so that the pull towards none is one towards white.
    const values = Float64Array.from(hints, (pixel) =>
      pixel === 0 ? 0 : 255 - ((pixel >>> (8 * channel)) & 255),
    )
    solveHarmonic(grid, values)
    for (let at = 0; at < values.length; at++) {
      layer.rgb[3 * at + channel] = Math.min(255, Math.max(0, Math.round(255 - values[at]!)))
    }
  }
  return layer
}

function tiesOf(ink: Uint8Array, hints: Uint32Array, side: number): Grid {
  const tieOf = Float64Array.from({ length: 256 }, (_, apart) =>
    Math.max(WEAKEST, Math.exp(-((apart / 255) ** 2) / (2 * SIGMA ** 2))),
  )
  const ties = [1, side - 1, side, side + 1].map((step) =>
    Float64Array.from(ink, (value, at) => {
      const column = at % side
      const isLast = column === side - 1 && (step === 1 || step === side + 1)
      const isFirst = column === 0 && step === side - 1
      return isLast || isFirst || at + step >= ink.length ? 0 : tieOf[Math.abs(value - ink[at + step]!)]!
    }),
  )
  return { side, ties, pull: PULL, fixed: Uint8Array.from(hints, (pixel) => (pixel === 0 ? 0 : 1)) }
}
