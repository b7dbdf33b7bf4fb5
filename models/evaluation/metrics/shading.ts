/** Shading: how much CIELAB lightness varies inside the regions of a result, beside the truth. 1 = as much, 0 = flat. */
import type { Lab } from './lab.ts'

/** Neighbours whose true Lab differs less (CIE76) are one region: gradients stay whole, flats come apart. */
const STEP = 2.5
const SMALLEST_REGION = 150
/** Standard deviation of true lightness from which a region counts as shaded. */
const SHADED = 1
/** Fewer pixels in shaded regions say nothing. */
const SMALLEST_AREA = 600

/** The shaded regions of a truth, `side` squared, as lists of pixels of clean paper. */
export function shadedRegions(truth: Lab, paper: Uint8Array, side: number): Int32Array[] {
  const seen = new Uint8Array(paper.length)
  const queue = new Int32Array(paper.length)
  const regions: Int32Array[] = []
  for (let start = 0; start < paper.length; start++) {
    if (paper[start] !== 1 || seen[start] === 1) continue
    let count = 1
    queue[0] = start
    seen[start] = 1
    const visit = (from: number, to: number) => {
      if (paper[to] !== 1 || seen[to] === 1 || apart(truth, from, to) >= STEP) return
      seen[to] = 1
      queue[count++] = to
    }
    for (let read = 0; read < count; read++) {
      const at = queue[read]!
      if (at % side > 0) visit(at, at - 1)
      if (at % side < side - 1) visit(at, at + 1)
      if (at >= side) visit(at, at - side)
      if (at < paper.length - side) visit(at, at + side)
    }
    const region = queue.slice(0, count)
    if (count >= SMALLEST_REGION && lightnessDeviation(truth, region) >= SHADED) regions.push(region)
  }
  return regions
}

/** Variation of the result over that of the truth, every region by its size; NaN when hardly any is shaded. */
export function shadingRatio(result: Lab, truth: Lab, regions: readonly Int32Array[]): number {
  let made = 0
  let wanted = 0
  let pixels = 0
  for (const region of regions) {
    made += region.length * lightnessDeviation(result, region)
    wanted += region.length * lightnessDeviation(truth, region)
    pixels += region.length
  }
  return pixels >= SMALLEST_AREA ? made / wanted : NaN
}

function lightnessDeviation(lab: Lab, region: Int32Array): number {
  let sum = 0
  for (const at of region) sum += lab[3 * at]!
  const mean = sum / region.length
  let squares = 0
  for (const at of region) squares += (lab[3 * at]! - mean) ** 2
  return Math.sqrt(squares / region.length)
}

const apart = (lab: Lab, a: number, b: number) =>
  Math.hypot(lab[3 * a]! - lab[3 * b]!, lab[3 * a + 1]! - lab[3 * b + 1]!, lab[3 * a + 2]! - lab[3 * b + 2]!)
