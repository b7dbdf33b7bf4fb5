/**
 * Fixed scenes and the hashes of what rasterizer, fill, ink and hint map make of them. Run in Node (golden.test.ts), in
 * Chromium (e2e) and compared with the training code: all three must agree, byte for byte.
 */
import { HintMapper } from './hintmap.ts'
import { inkAtWorkSize } from './ink.ts'
import { HintRaster } from './raster.ts'
import { regionsOf } from './regions.ts'
import type { Stroke } from './strokes.ts'
import { workSizeOf } from './workSize.ts'

/** A small seeded generator (mulberry32): the same numbers everywhere. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / (4294967296 / below))
  }
}

/** FNV-1a over the bytes of an array. */
export function hashOf(array: Uint8Array | Uint32Array | Int32Array): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

/** Grey line art: boxes and diagonals with some noise. */
export function goldenPage(random: (below: number) => number, width: number, height: number): Uint8Array {
  const grey = new Uint8Array(width * height)
  for (let i = 0; i < grey.length; i++) grey[i] = 255 - random(8)
  for (let box = 0; box < 6; box++) {
    const left = random(width - 8)
    const top = random(height - 8)
    const right = Math.min(width - 2, left + 8 + random(width >> 1))
    const bottom = Math.min(height - 2, top + 8 + random(height >> 1))
    for (let x = left; x <= right; x++) {
      for (const y of [top, top + 1, bottom, bottom + 1]) grey[y * width + x] = random(60)
    }
    for (let y = top; y <= bottom; y++) {
      for (const x of [left, left + 1, right, right + 1]) grey[y * width + x] = random(60)
    }
  }
  for (let x = 0; x < Math.min(width, height); x++) grey[x * width + x] = 90
  return grey
}

/** Random strokes of every tool over a page, some leaving it. */
export function goldenStrokes(
  random: (below: number) => number,
  width: number,
  height: number,
  count: number,
): Stroke[] {
  return Array.from({ length: count }, (_, index) => {
    const tool = (['brush', 'brush', 'brush', 'erase', 'fill'] as const)[random(5)]!
    const length = tool === 'fill' ? 1 : 1 + random(8)
    const points = new Int32Array(3 * length)
    let x = random(8 * width)
    let y = random(8 * height)
    for (let i = 0; i < length; i++) {
      points.set([x, y, random(256)], 3 * i)
      x += random(8 * width) - 4 * width
      y += random(8 * height) - 4 * height
    }
    const width8 = tool === 'fill' ? random(64) : 1 + random(240)
    const color = tool === 'erase' ? 0 : random(0x1000000)
    return { id: `s${index}`, by: 'g', tool, color, width: width8, points }
  })
}

export type GoldenScene = {
  seed: number
  page: { width: number; height: number }
  ink: string
  raster: string
  regions: string
  color: string
  reach: string
  near: string
}

/** The hashes of one scene. */
export function goldenScene(seed: number, width: number, height: number): GoldenScene {
  const random = seeded(seed)
  const page = { width, height }
  const work = workSizeOf(page)
  const ink = inkAtWorkSize(goldenPage(random, width, height), page, work)
  const raster = new HintRaster({ page, size: work, stride: work.paddedWidth, rows: work.paddedHeight, ink })
  raster.update(goldenStrokes(random, width, height, 24))
  const regions = regionsOf(ink, work)
  const map = new HintMapper({ ink, work, regions }).spread(raster.pixels)
  return {
    seed,
    page,
    ink: hashOf(ink),
    raster: hashOf(raster.pixels),
    regions: hashOf(regions.ids),
    color: hashOf(map.color),
    reach: hashOf(map.reach),
    near: hashOf(map.near),
  }
}

/** Square, wide, tall, small (brought up) and large (brought down) pages. */
export const goldenScenes = (): GoldenScene[] => [
  goldenScene(1, 512, 512),
  goldenScene(2, 400, 261),
  goldenScene(3, 300, 700),
  goldenScene(4, 97, 120),
  goldenScene(5, 1500, 1111),
]
