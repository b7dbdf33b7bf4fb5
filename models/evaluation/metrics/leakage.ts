/**
 * Leakage as the feasibility study defines it: of the pixels within 24 pixels (at 256) of a stroke that are truly of another
 * color, the share that came out nearer to the stroke's color than to their own.
 */
import { pixelColors } from './pixelColors.ts'
import { ciede2000 } from './ciede2000.ts'
import type { Lab } from './lab.ts'
import { nearestPainted } from './nearestStroke.ts'

const REACH = 24
/** CIEDE2000 from here on is truly another color. */
const OTHER = 10
/** Fewer pixels say nothing. */
const SMALLEST_AREA = 50

/** Pixels of truly other color, and the Lab of the stroke each is near to. */
export type LeakProbe = { pixels: number[]; strokes: Lab }

/** `hints`: raster pixels (0 = unpainted); `paper`: 1 where colors are compared. All `side` squared. */
export function probeLeaks(hints: Uint32Array, truth: Lab, paper: Uint8Array, side: number): LeakProbe {
  const nearest = nearestPainted(hints, side, REACH)
  const colors = pixelColors(hints)
  const pixels: number[] = []
  const strokes: number[] = []
  for (let at = 0; at < paper.length; at++) {
    const source = nearest[at]!
    if (paper[at] !== 1 || source === -1 || source === at) continue
    if (ciede2000(truth, at, colors, source) <= OTHER) continue
    pixels.push(at)
    strokes.push(colors[3 * source]!, colors[3 * source + 1]!, colors[3 * source + 2]!)
  }
  return { pixels, strokes: Float32Array.from(strokes) }
}

/** 0..1, or NaN when there is nothing to leak into. */
export function leakage(result: Lab, truth: Lab, { pixels, strokes }: LeakProbe): number {
  if (pixels.length < SMALLEST_AREA) return NaN
  let leaked = 0
  pixels.forEach((at, i) => {
    if (ciede2000(result, at, strokes, i) < ciede2000(result, at, truth, at)) leaked++
  })
  return leaked / pixels.length
}
