/** How near a cleaned page is to the true line art, and two simple ways of the field to compare with. */
import type { GreyPage } from '../../shared/picture.ts'
import type { Size } from '../../shared/workSize.ts'

/** Pixels a line may lie beside its place. */
const REACH = 2
const INK = 128
const WHITE = 250

export type InkMeasures = {
  /** Of the ink that was found and that should be: precision and recall within `REACH` pixels, their harmonic mean. */
  f1: number
  precision: number
  recall: number
  /** Of the paper that is well off every line: what is white, and what passes for ink. */
  white: number
  falseInk: number
}

export function measureInk(cleaned: GreyPage, truth: GreyPage): InkMeasures {
  const found = maskOf(cleaned)
  const real = maskOf(truth)
  const share = (of: Uint8Array, within: Uint8Array) => {
    let count = 0
    let hits = 0
    for (let at = 0; at < of.length; at++) {
      if (!of[at]) continue
      count++
      hits += within[at]!
    }
    return hits / Math.max(1, count)
  }
  const precision = share(found, widened(real, truth, REACH))
  const recall = share(real, widened(found, truth, REACH))
  const near = widened(
    Uint8Array.from(truth.grey, (value) => +(value < WHITE)),
    truth,
    2 * REACH,
  )
  let paper = 0
  let white = 0
  let falseInk = 0
  for (let at = 0; at < near.length; at++) {
    if (near[at]) continue
    paper++
    white += +(cleaned.grey[at]! >= WHITE)
    falseInk += found[at]!
  }
  return {
    f1: (2 * precision * recall) / Math.max(1e-9, precision + recall),
    precision,
    recall,
    white: white / paper,
    falseInk: falseInk / paper,
  }
}

const maskOf = ({ grey }: GreyPage) => Uint8Array.from(grey, (value) => +(value < INK))

/** A square of (2 `by` + 1) around every pixel that is set. */
export function widened(mask: Uint8Array, { width, height }: Size, by: number): Uint8Array {
  const rows = new Uint8Array(mask.length)
  const out = new Uint8Array(mask.length)
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue
    const x = at % width
    rows.fill(1, at - Math.min(x, by), at + Math.min(width - 1 - x, by) + 1)
  }
  for (let at = 0; at < mask.length; at++) {
    if (!rows[at]) continue
    const y = Math.floor(at / width)
    for (let row = Math.max(0, y - by); row <= Math.min(height - 1, y + by); row++)
      out[row * width + (at % width)] = 1
  }
  return out
}

/** One threshold for the whole page, that parts its pixels best in two (Otsu 1979). */
export function otsu(page: GreyPage): GreyPage {
  const counts = new Float64Array(256)
  for (const value of page.grey) counts[value]!++
  const all = page.grey.length
  const whole = counts.reduce((sum, count, value) => sum + count * value, 0)
  let below = 0
  let sum = 0
  let best = -1
  let threshold = 0
  for (let value = 0; value < 255; value++) {
    below += counts[value]!
    sum += counts[value]! * value
    const between =
      below * (all - below) * (sum / Math.max(1, below) - (whole - sum) / Math.max(1, all - below)) ** 2
    if (between > best) [best, threshold] = [between, value]
  }
  return { ...page, grey: page.grey.map((value) => (value <= threshold ? 0 : 255)) }
}

/** A threshold of its own for each pixel, by mean and deviation around it (Sauvola and Pietikäinen 2000), k = 0.2 as is usual. */
export function sauvola(
  page: GreyPage,
  radius = Math.round(Math.max(page.width, page.height) / 64),
): GreyPage {
  const { width, height, grey } = page
  const stride = width + 1
  const sums = new Float64Array(stride * (height + 1))
  const squares = new Float64Array(stride * (height + 1))
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = grey[y * width + x]!
      const at = (y + 1) * stride + x + 1
      sums[at] = value + sums[at - 1]! + sums[at - stride]! - sums[at - stride - 1]!
      squares[at] = value * value + squares[at - 1]! + squares[at - stride]! - squares[at - stride - 1]!
    }
  }
  const out = new Uint8Array(grey.length)
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius) * stride
    const bottom = Math.min(height, y + radius + 1) * stride
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - radius)
      const right = Math.min(width, x + radius + 1)
      const count = ((bottom - top) / stride) * (right - left)
      const of = (table: Float64Array) =>
        (table[bottom + right]! - table[bottom + left]! - table[top + right]! + table[top + left]!) / count
      const mean = of(sums)
      const deviation = Math.sqrt(Math.max(0, of(squares) - mean * mean))
      out[y * width + x] = grey[y * width + x]! <= mean * (1 + 0.2 * (deviation / 128 - 1)) ? 0 : 255
    }
  }
  return { width, height, grey: out }
}
