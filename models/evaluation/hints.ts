/**
 * Hints as people give them, drawn from the truth: 40 % dots, else wobbly lines, some scribbles, a few fills.
 *
 * A stroke begins where no color was shown yet, rather in the middle, and keeps inside its shape; a quarter are a little too
 * wide or run a little over a line, then lift. Its color is the median of the flat it begins in. Paper around the figure is
 * hinted on half of the pages, by the first stroke. The strokes of a (picture, seed) are made once: n strokes are the first
 * n of them.
 */
import { fillRegion } from '../../shared/fill.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { PAPER_INK, type Picture } from './picture.ts'
import { randomOf, type Random } from './random.ts'
import { regionAround } from './region.ts'
import { roomInside } from './roomInside.ts'
import { median } from './statistics.ts'
import { walk } from './walk.ts'

export type Hint = {
  stroke: Stroke
  /** 1 where the person meant the color to be, at the picture's side. */
  meant: Uint8Array
  /** On the paper around the figure. */
  isOnPaper: boolean
}

type Region = ReturnType<typeof regionAround> & { start: number; room: Float32Array }

const TOLERANCE = 34
/** A fill that covers so many times its flat went wrong. */
const LEAK = 2.5
/** Pixels at 256. */
const NARROWEST = 1.5
/** Smaller specks (pixels at 512) are not hinted. */
const SMALLEST_REGION = 24

export function simulateHints(picture: Picture, seed: number, count: number): Hint[] {
  const { side, ink, figure, id, source } = picture
  const random = randomOf('hints', source, id, seed)
  const shown = new Uint8Array(side * side)
  const regions: Region[] = []
  const hints: Hint[] = []
  const clear = (at: number) => ink[at]! < PAPER_INK
  const inside = indicesWhere(side * side, (at) => clear(at) && figure[at] === 1)
  const outside = indicesWhere(side * side, (at) => clear(at) && figure[at] === 0)
  const add = (start: number) => {
    const region = regionFrom(picture, start, regions)
    if (region.pixels.length < SMALLEST_REGION * (side / 512) ** 2) return
    for (const at of region.pixels) shown[at] = 1
    hints.push({
      stroke: strokeIn(picture, start, region, random, hints.length),
      meant: region.mask,
      isOnPaper: figure[start] === 0,
    })
  }
  if (inside.length === 0) return hints
  if (random.chance(0.5) && outside.length > 0) add(outside[random.below(outside.length)]!)
  for (let tries = 0; hints.length < count && tries < 4 * count; tries++) {
    let start = inside[random.below(inside.length)]!
    for (let look = 0; look < 14 && shown[start] === 1; look++) start = inside[random.below(inside.length)]!
    // Everything seems shown: half of the people add a second stroke to a color, the others look on.
    if (shown[start] === 1 && random.chance(0.5)) continue
    add(start)
  }
  return hints
}

function indicesWhere(count: number, is: (at: number) => boolean): number[] {
  const list: number[] = []
  for (let at = 0; at < count; at++) if (is(at)) list.push(at)
  return list
}

/** A region depends on its first pixel's color and on connection alone, so a known one of the same color serves again. */
function regionFrom({ truth, ink, side }: Picture, start: number, known: Region[]): Region {
  const same = (a: number, b: number) => [0, 1, 2].every((c) => truth.rgb[3 * a + c] === truth.rgb[3 * b + c])
  const found = known.find((region) => region.mask[start] === 1 && same(region.start, start))
  if (found) return found
  const around = regionAround(truth, ink, start, TOLERANCE)
  const region = { ...around, start, room: roomInside(around.mask, side) }
  known.push(region)
  return region
}

function strokeIn(picture: Picture, seen: number, region: Region, random: Random, number: number): Stroke {
  const { side, truth } = picture
  const scale = side / 256
  const start = aimed(seen, region, random)
  const x = (start % side) + 0.5
  const y = Math.floor(start / side) + 0.5
  const named = { id: `h${number}`, by: 'evaluation', color: medianColor(truth.rgb, region.pixels) }
  const kind = random.unit()
  const pressure = random.chance(0.25) ? 120 + random.below(136) : 255
  const sloppy = random.chance(0.25)
  const eighths = (value: number) => Math.round(8 * value)
  /** A careful hand draws no wider than there is room, a sloppy one a little. */
  const width = (wanted: number, room: number) =>
    eighths(Math.min(wanted, Math.max(NARROWEST * scale, (sloppy ? 2.6 : 2) * room)))
  if (kind < 0.05 && !leaks(picture, start, region)) {
    const points = Int32Array.of(eighths(x), eighths(y), 255)
    return { ...named, tool: 'fill', width: eighths(random.below(3) * scale), points }
  }
  if (kind < 0.45) {
    const across = width(2 * random.between(2, 5) * scale, region.room[start]!)
    return { ...named, tool: 'brush', width: across, points: Int32Array.of(eighths(x), eighths(y), pressure) }
  }
  const across = random.between(3, 9) * scale
  const scribble = kind > 0.88
  const length = random.between(8, 50) * scale
  const path = walk(random, region.mask, side, x, y, { length, step: 3 * scale, sloppy, scribble })
  const rooms = path.map(([px, py]) => region.room[Math.floor(py) * side + Math.floor(px)]!)
  const points = path.flatMap(([px, py]) => [eighths(px), eighths(py), pressure])
  return { ...named, tool: 'brush', width: width(across, median(rooms)), points: Int32Array.from(points) }
}

/** Where the pen comes down: of the pixel that was seen and three others of its region, the one with most room. */
function aimed(seen: number, { pixels, room }: Region, random: Random): number {
  let start = seen
  for (let i = 0; i < 3; i++) {
    const other = pixels[random.below(pixels.length)]!
    if (room[other]! > room[start]!) start = other
  }
  return start
}

/** Nobody fills a region that runs out: they see it and undo it. */
function leaks({ side, ink }: Picture, start: number, region: Region): boolean {
  const page = { ink, stride: side, width: side, height: side }
  const { mask } = fillRegion(page, start % side, Math.floor(start / side), 0)
  return mask.reduce((sum, is) => sum + is, 0) > LEAK * region.pixels.length
}

/** 0xRRGGBB, of at most about 200 pixels. */
function medianColor(rgb: Uint8Array, pixels: Int32Array): number {
  const step = Math.max(1, Math.floor(pixels.length / 200))
  let color = 0
  for (let channel = 0; channel < 3; channel++) {
    const values: number[] = []
    for (let i = 0; i < pixels.length; i += step) values.push(rgb[3 * pixels[i]! + channel]!)
    color = (color << 8) | values.sort((a, b) => a - b)[values.length >> 1]!
  }
  return color
}
