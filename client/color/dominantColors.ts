/**
 * The colors a picture is made of: its pixels in small boxes, the boxes gathered around `count` centers by how different they look
 * (k-means in OKLab). Always the same for the same pixels; fewer when the picture has fewer. Pure; runs in its worker.
 */
import { converter, modeOklab, modeRgb, useMode } from 'culori/fn'
import { byteOf, colorOfBytes } from '../../shared/paletteFiles/paletteFile.ts'

useMode(modeRgb)
useMode(modeOklab)
const toOklab = converter('oklab')
const toRgb = converter('rgb')

type Lab = readonly [l: number, a: number, b: number]
/** Pixels that look nearly alike. */
type Box = { at: Lab; weight: number }

export type DominantColor = {
  color: number
  /** Of the picture, 0..1. */
  share: number
}

const ROUNDS = 12
/** Bits of a channel that tell boxes apart. */
const BOX_BITS = 5
/** Centers that are nearer look the same. */
const SAME = 0.03
const OPAQUE = 128

/** `rgba`: pixels, four bytes each; those one can see through do not count. */
export function dominantColors(rgba: ArrayLike<number>, count: number): DominantColor[] {
  const boxes = boxesOf(rgba)
  let centers = firstCenters(boxes, count)
  for (let round = 0; round < ROUNDS; round++) centers = gathered(boxes, centers).map(({ at }) => at)
  const all = boxes.reduce((sum, { weight }) => sum + weight, 0)
  return gathered(boxes, centers)
    .sort((a, b) => b.weight - a.weight)
    .filter(({ at }, i, sorted) => sorted.slice(0, i).every((other) => distance(at, other.at) > SAME ** 2))
    .map(({ at, weight }) => ({ color: colorAt(at), share: weight / all }))
}

function boxesOf(rgba: ArrayLike<number>): Box[] {
  const sums = new Map<number, { red: number; green: number; blue: number; weight: number }>()
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    if (rgba[at + 3]! < OPAQUE) continue
    const key = [0, 1, 2].reduce((bits, i) => (bits << BOX_BITS) | (rgba[at + i]! >> (8 - BOX_BITS)), 0)
    const sum = sums.get(key) ?? { red: 0, green: 0, blue: 0, weight: 0 }
    sum.red += rgba[at]!
    sum.green += rgba[at + 1]!
    sum.blue += rgba[at + 2]!
    sum.weight++
    sums.set(key, sum)
  }
  return [...sums.values()].map(({ red, green, blue, weight }) => {
    const whole = 255 * weight
    const { l, a, b } = toOklab({ mode: 'rgb', r: red / whole, g: green / whole, b: blue / whole })
    return { at: [l, a, b], weight }
  })
}

/** The largest box, then again and again the one that is far from all and not too small. */
function firstCenters(boxes: readonly Box[], count: number): Lab[] {
  const centers: Lab[] = []
  const farness = boxes.map(() => 1)
  while (centers.length < Math.min(count, boxes.length)) {
    let best = -1
    boxes.forEach(({ weight }, i) => {
      const worth = Math.sqrt(weight) * farness[i]!
      if (worth > 0 && (best < 0 || worth > Math.sqrt(boxes[best]!.weight) * farness[best]!)) best = i
    })
    if (best < 0) break
    const center = boxes[best]!.at
    centers.push(center)
    boxes.forEach(({ at }, i) => (farness[i] = Math.min(farness[i]!, distance(at, center))))
  }
  return centers
}

/** Each center moved into the middle of the boxes that are nearest to it; one without any is gone. */
function gathered(boxes: readonly Box[], centers: readonly Lab[]): Box[] {
  const sums = centers.map(() => ({ l: 0, a: 0, b: 0, weight: 0 }))
  for (const { at, weight } of boxes) {
    let nearest = 0
    for (let i = 1; i < centers.length; i++)
      if (distance(at, centers[i]!) < distance(at, centers[nearest]!)) nearest = i
    const sum = sums[nearest]!
    sum.l += at[0] * weight
    sum.a += at[1] * weight
    sum.b += at[2] * weight
    sum.weight += weight
  }
  return sums
    .filter(({ weight }) => weight > 0)
    .map(({ l, a, b, weight }) => ({ at: [l / weight, a / weight, b / weight], weight }))
}

const distance = (one: Lab, other: Lab) =>
  (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 + (one[2] - other[2]) ** 2

function colorAt([l, a, b]: Lab): number {
  const rgb = toRgb({ mode: 'oklab', l, a, b })
  return colorOfBytes(byteOf(rgb.r), byteOf(rgb.g), byteOf(rgb.b))
}
