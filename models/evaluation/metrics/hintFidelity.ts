/** How exactly a hint's color is kept under its own stroke: CIEDE2000, median and 95th percentile of a picture's hinted pixels. */
import { quantile } from '../statistics.ts'
import { ciede2000 } from './ciede2000.ts'
import type { Lab } from './lab.ts'
import { pixelColors } from './pixelColors.ts'

export type HintFidelity = { median: number; p95: number }

/** `kept`: raster pixels whose hint was meant there (0 = none); `result`: the color layer in the same geometry. */
export function hintFidelity(result: Lab, kept: Uint32Array): HintFidelity | undefined {
  const wanted = pixelColors(kept)
  const apart: number[] = []
  for (let at = 0; at < kept.length; at++) {
    if (kept[at] !== 0) apart.push(ciede2000(result, at, wanted, at))
  }
  return apart.length === 0 ? undefined : { median: quantile(apart, 0.5), p95: quantile(apart, 0.95) }
}
