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
const SIGMA = 0.08
/** The weakest tie: even across a black line, or regions without a hint would have no color at all. */
const WEAKEST = 1e-4

export const levin: Method = {
  names: ['levin'],
  slow: true,
  color: ({ picture, pixels }) =>
    Promise.resolve({
      levin: optimized(compared(picture.ink, picture.side, 1), smallHints(pixels, picture.side)),
    }),
}

export function optimized(ink: Uint8Array, hints: Uint32Array): RgbPicture {
  const layer = whitePage(COMPARED_SIDE)
  if (hints.every((pixel) => pixel === 0)) return layer
  const grid = tiesOf(ink, hints)
  for (let channel = 0; channel < 3; channel++) {
    const values = Float64Array.from(hints, (pixel) => (pixel === 0 ? 255 : (pixel >>> (8 * channel)) & 255))
    solveHarmonic(grid, values)
    for (let at = 0; at < values.length; at++) {
      layer.rgb[3 * at + channel] = Math.min(255, Math.max(0, Math.round(values[at]!)))
    }
  }
  return layer
}

function tiesOf(ink: Uint8Array, hints: Uint32Array): Grid {
  const tieOf = Float64Array.from({ length: 256 }, (_, apart) =>
    Math.max(WEAKEST, Math.exp(-((apart / 255) ** 2) / (2 * SIGMA ** 2))),
  )
  const side = COMPARED_SIDE
  const ties = [1, side - 1, side, side + 1].map((step) =>
    Float64Array.from(ink, (value, at) => {
      const column = at % side
      const leaves =
        (column === side - 1 && step !== side && step !== side - 1) || (column === 0 && step === side - 1)
      return leaves || at + step >= ink.length ? 0 : tieOf[Math.abs(value - ink[at + step]!)]!
    }),
  )
  return { side, ties, fixed: Uint8Array.from(hints, (pixel) => (pixel === 0 ? 0 : 1)) }
}
