/**
 * The color difference CIEDE2000 (CIE 142-2001; Sharma, Wu, Dalal 2005, "The CIEDE2000 Color-Difference Formula"), between
 * two pixels of CIELAB pictures. About 1 is just visible.
 */
import type { Lab } from './lab.ts'

const RADIANS = Math.PI / 180
const POWER = 25 ** 7

/** `i` and `j` are pixel numbers of `a` and `b`. */
export function ciede2000(a: Lab, i: number, b: Lab, j: number): number {
  const l1 = a[3 * i]!
  const a1 = a[3 * i + 1]!
  const b1 = a[3 * i + 2]!
  const l2 = b[3 * j]!
  const a2 = b[3 * j + 1]!
  const b2 = b[3 * j + 2]!
  if (l1 === l2 && a1 === a2 && b1 === b2) return 0
  const meanChroma = (Math.sqrt(a1 * a1 + b1 * b1) + Math.sqrt(a2 * a2 + b2 * b2)) / 2
  const stretch = 1.5 - 0.5 * Math.sqrt(seventh(meanChroma))
  const c1 = Math.sqrt(stretch * stretch * a1 * a1 + b1 * b1)
  const c2 = Math.sqrt(stretch * stretch * a2 * a2 + b2 * b2)
  const h1 = hue(stretch * a1, b1)
  const h2 = hue(stretch * a2, b2)
  const bothColored = c1 * c2 !== 0
  let turn = bothColored ? h2 - h1 : 0
  if (turn > Math.PI) turn -= 2 * Math.PI
  else if (turn < -Math.PI) turn += 2 * Math.PI
  const deltaHue = 2 * Math.sqrt(c1 * c2) * Math.sin(turn / 2)
  let h = h1 + h2
  if (bothColored) {
    if (Math.abs(h1 - h2) > Math.PI) h += h < 2 * Math.PI ? 2 * Math.PI : -2 * Math.PI
    h /= 2
  }
  const c = (c1 + c2) / 2
  const away = ((l1 + l2) / 2 - 50) ** 2
  const weightL = 1 + (0.015 * away) / Math.sqrt(20 + away)
  const weightC = 1 + 0.045 * c
  const weightH =
    1 +
    0.015 *
      c *
      (1 -
        0.17 * Math.cos(h - 30 * RADIANS) +
        0.24 * Math.cos(2 * h) +
        0.32 * Math.cos(3 * h + 6 * RADIANS) -
        0.2 * Math.cos(4 * h - 63 * RADIANS))
  const bend = 60 * RADIANS * Math.exp(-(((h / RADIANS - 275) / 25) ** 2))
  const rotation = -2 * Math.sqrt(seventh(c)) * Math.sin(bend)
  const dl = (l2 - l1) / weightL
  const dc = (c2 - c1) / weightC
  const dh = deltaHue / weightH
  return Math.sqrt(Math.max(0, dl * dl + dc * dc + dh * dh + rotation * dc * dh))
}

function seventh(chroma: number): number {
  const cube = chroma * chroma * chroma
  const power = cube * cube * chroma
  return power / (power + POWER)
}

function hue(a: number, b: number): number {
  if (a === 0 && b === 0) return 0
  const angle = Math.atan2(b, a)
  return angle < 0 ? angle + 2 * Math.PI : angle
}

/** The mean difference over the pixels where `where` is 1; NaN when there are none. */
export function meanDifference(a: Lab, b: Lab, where: Uint8Array): number {
  let sum = 0
  let count = 0
  for (let at = 0; at < where.length; at++) {
    if (where[at] !== 1) continue
    sum += ciede2000(a, at, b, at)
    count++
  }
  return sum / count
}
