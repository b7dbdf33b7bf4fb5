/**
 * How far each pixel of a picture of a drawing is from its paper: 0 paper .. 255 nothing reflected. Light and color of the paper are divided
 * out (paperLight.ts); the desk around a sheet is as white as it. A colored pencil takes only a part of the light: what counts is the channel that misses most of it, or yellow and
 * light blue would pass for paper. In a picture that is colored already it is the channel that misses least: black takes all of them.
 */
import { paperLight, type PaperLight } from './paperLight.ts'
import type { RgbPicture } from './picture.ts'
import type { Size } from './workSize.ts'

/** `strength` a pixel; `paper`: the strength paper has at most, for its grain and the camera's noise. */
export type InkStrength = Size & { strength: Uint8Array; paper: number }

/** So much of what one channel misses beyond the others counts, of 256: color is noisier than brightness, and JPEG spreads it. */
const COLOR_SHARE = 200
/** Deviations of the noise that are still paper. */
const DEVIATIONS = 3.2
/** Clean paper has this strength at most. */
const LEAST_PAPER = 8
/** Colors that lie narrowly beside brighter ones pass for ink up to this. */
const LEAST_PAPER_COLORED = 40
/** In light weaker than this share of the page's median, differences count as they would at it: a camera's noise is as strong in the dark, the lines are not. */
const DIM = 1
/** From this noise on pixels are averaged with those beside them. */
const NOISY = 2.5

/** Pixels along a line on either side of one. */
const HALF = 4
/** Pixels this much fainter than the strongest paper are paper in any case; this much stronger they need no help. */
const FAINTEST_PART = 0.35
const STRONGEST_PART = 3
/** Eight directions, each without the pixel in the middle. */
const DIRECTIONS = Array.from({ length: 8 }, (_, i) => {
  const [x, y] = [Math.cos((i * Math.PI) / 8), Math.sin((i * Math.PI) / 8)]
  return [-4, -3, -2, -1, 1, 2, 3, 4].map((step) => [Math.round(step * x), Math.round(step * y)] as const)
})

export type InkOptions = {
  /** The picture has fills of color; only dark lines count. */
  isColored?: boolean
  /** The picture's, where it is known already. */
  light?: PaperLight
}

export function inkStrength(picture: RgbPicture, options: InkOptions = {}): InkStrength {
  const { isColored = false, light = paperLight(picture, isColored) } = options
  const { width, height, rgb } = picture
  const strength = new Uint8Array(width * height)
  const row = new Float32Array(3 * light.columns)
  const dim = dimOf(light)
  let away = 0
  for (let y = 0, at = 0; y < height; y++) {
    lightOfRow(light, y, row)
    const aroundRow = Math.floor(y / light.cell) * light.columns
    for (let x = 0; x < width; x++, at++) {
      if (light.around?.[aroundRow + Math.floor(x / light.cell)]) {
        away++
        continue
      }
      const exact = Math.min(light.columns - 1, Math.max(0, (x + 0.5) / light.cell - 0.5))
      const left = Math.floor(exact)
      const share = exact - left
      const low = 3 * left
      const high = left + 1 < light.columns ? low + 3 : low
      const red = missing(rgb[3 * at]!, dim[0]!, row[low]! + (row[high]! - row[low]!) * share)
      const green = missing(
        rgb[3 * at + 1]!,
        dim[1]!,
        row[low + 1]! + (row[high + 1]! - row[low + 1]!) * share,
      )
      const blue = missing(
        rgb[3 * at + 2]!,
        dim[2]!,
        row[low + 2]! + (row[high + 2]! - row[low + 2]!) * share,
      )
      if (isColored) {
        strength[at] = Math.min(red, green, blue)
        continue
      }
      const mean = (red + 2 * green + blue) / 4
      const most = Math.max(red, green, blue)
      strength[at] = Math.max(0, mean + ((most - mean) * COLOR_SHARE) / 256)
    }
  }
  return settled({ width, height, strength }, away, isColored ? LEAST_PAPER_COLORED : LEAST_PAPER)
}

/** What paper would reflect and this does not, of 255; of light that is dimmer than `dim`, of that. */
const missing = (value: number, dim: number, paper: number) =>
  value >= paper ? 0 : (255 * (paper - value)) / Math.max(paper, dim)

/** `DIM` of the light that falls on most of the sheet, a channel each. */
function dimOf({ rgb, around }: PaperLight): number[] {
  return [0, 1, 2].map((channel) => {
    const counts = new Uint32Array(256)
    let left = 0
    for (let at = channel, cell = 0; at < rgb.length; at += 3, cell++) {
      if (around?.[cell]) continue
      counts[rgb[at]!]!++
      left++
    }
    left /= 2
    let median = 0
    while (median < 255 && (left -= counts[median]!) > 0) median++
    return DIM * median
  })
}

function lightOfRow({ cell, columns, rows, rgb }: PaperLight, y: number, out: Float32Array): void {
  const exact = Math.min(rows - 1, Math.max(0, (y + 0.5) / cell - 0.5))
  const top = Math.floor(exact)
  const share = exact - top
  const above = 3 * top * columns
  const below = 3 * Math.min(rows - 1, top + 1) * columns
  for (let i = 0; i < 3 * columns; i++) out[i] = rgb[above + i]! + (rgb[below + i]! - rgb[above + i]!) * share
}

/** Noise is measured; where there is much, pixels are averaged with those around them, and it is measured again. */
function settled(
  { width, height, strength }: Size & { strength: Uint8Array },
  away: number,
  least: number,
): InkStrength {
  const { level, deviation } = paperOf(strength, away)
  if (deviation < NOISY) return { width, height, strength, paper: Math.max(least, limitOf(level, deviation)) }
  const smooth = averaged(strength, width, height)
  const after = paperOf(smooth, away)
  const paper = Math.max(least, limitOf(after.level, after.deviation))
  return { width, height, strength: alongLines(smooth, { width, height }, paper), paper }
}

/**
 * Faint pixels become as strong as the line they lie on: the mean of `2 * HALF + 1` pixels in the direction in which it is highest. The grain of
 * paper breaks pencil lines; noise has no direction. (As the line operators of Dixon and Taylor 1979.)
 */
function alongLines(strength: Uint8Array, size: Size, paper: number): Uint8Array {
  const { width, height } = size
  const out = Uint8Array.from(strength)
  const steps = Int32Array.from(DIRECTIONS.flat(), ([x, y]) => y * width + x)
  const length = 2 * HALF
  const faintest = FAINTEST_PART * paper
  const strongest = STRONGEST_PART * paper
  const isNearInk = nearInk(strength, size, 1.25 * paper)
  for (let y = HALF; y < height - HALF; y++) {
    for (let x = HALF, at = y * width + HALF; x < width - HALF; x++, at++) {
      const own = strength[at]!
      if (own < faintest || own > strongest || !isNearInk(x, y)) continue
      let highest = 0
      for (let step = 0; step < steps.length;) {
        let sum = own
        for (const end = step + length; step < end; step++) sum += strength[at + steps[step]!]!
        if (sum > highest) highest = sum
      }
      const mean = highest / (length + 1)
      if (mean > own) out[at] = Math.round(mean)
    }
  }
  return out
}

/** Whether a pixel lies in or beside a block of 8 x 8 that has ink. */
function nearInk(strength: Uint8Array, { width, height }: Size, ink: number) {
  const columns = (width >> 3) + 3
  const blocks = new Uint8Array(columns * ((height >> 3) + 3))
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (strength[at]! <= ink) continue
      const block = (y >> 3) * columns + (x >> 3)
      for (let row = block; row <= block + 2 * columns; row += columns) blocks.fill(1, row, row + 3)
    }
  }
  return (x: number, y: number) => blocks[((y >> 3) + 1) * columns + (x >> 3) + 1] === 1
}

const limitOf = (level: number, deviation: number) => Math.round(level + DEVIATIONS * deviation)

/** Most of a sheet, `away` pixels around it left out, is paper: its strength is the median, and the half below it tells how it varies, free of ink. */
function paperOf(strength: Uint8Array, away: number): { level: number; deviation: number } {
  const counts = new Uint32Array(256)
  for (const value of strength) counts[value]!++
  counts[0]! -= Math.min(counts[0]!, away)
  const below = (share: number) => {
    let left = share * (strength.length - away)
    for (let value = 0; value < 256; value++) {
      if ((left -= counts[value]!) <= 0) return value + (left + counts[value]!) / Math.max(1, counts[value]!)
    }
    return 255
  }
  const level = below(0.45)
  // The 7th percentile of 90 % that are paper lies 1.42 deviations under their middle.
  return { level, deviation: Math.max(0, level - below(0.07)) / 1.42 }
}

/** [1 2 1] / 4 both ways, ends repeated. */
function averaged(values: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint16Array(values.length)
  const out = new Uint8Array(values.length)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      rows[at] = values[x > 0 ? at - 1 : at]! + 2 * values[at]! + values[x < width - 1 ? at + 1 : at]!
    }
  }
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      out[at] =
        (rows[y > 0 ? at - width : at]! + 2 * rows[at]! + rows[y < height - 1 ? at + width : at]!) >> 4
    }
  }
  return out
}
