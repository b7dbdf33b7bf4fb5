import { expect, test } from 'vitest'
import { spliceBetween } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { FlatsPainter } from './flatsPainter.ts'

/** 1024 x 1024 paper, cut in two by a thick line in the middle: twice the working size. */
const SIDE = 1024
const grey = new Uint8Array(SIDE * SIDE).fill(255)
for (let y = 0; y < SIDE; y++) grey.fill(0, y * SIDE + 500, y * SIDE + 524)
const dot = (id: string, color: number, x: number, y: number): Stroke => ({
  id,
  by: 'me',
  tool: 'brush',
  color,
  width: 240,
  points: Int32Array.of(8 * x, 8 * y, 255),
})
/** Shaded: darker from left to right on both sides. */
function shaded({ width, height }: { width: number; height: number }) {
  const rgb = new Uint8Array(3 * width * height)
  for (let at = 0; at < width * height; at++) {
    const x = at % width
    const isLeft = 2 * x < width
    rgb[3 * at + (isLeft ? 0 : 2)] = 250 - (x % (width / 2)) / 8
  }
  return { width, height, rgb }
}

test('V5 flats have one color a side of a line at the page’s own size, and one a hint where hints share a side', () => {
  const painter = new FlatsPainter({ page: { width: SIDE, height: SIDE }, grey })
  expect(painter.large).toEqual({ width: SIDE, height: SIDE })
  const [red, blue] = [dot('r', 0xff0000, 200, 200), dot('b', 0x0000ff, 800, 200)]
  const picture = shaded(painter.work)
  const flats = painter.paint(spliceBetween<Stroke>([], [red, blue]), picture)
  const at = (pixels: Uint32Array, x: number, y: number) => pixels[y * SIDE + x]!
  const left = new Set([at(flats, 10, 10), at(flats, 200, 200), at(flats, 490, 1000)])
  const right = new Set([at(flats, 540, 10), at(flats, 800, 200), at(flats, 1010, 1000)])
  expect([left.size, right.size]).toEqual([1, 1])
  expect([...left][0]! & 0xff).toBeGreaterThan(200)
  expect([...right][0]! & 0xff).toBe(0)
  const green = dot('g', 0x00ff00, 200, 900)
  const parted = painter.paint(spliceBetween([red, blue], [red, blue, green]), picture)
  // Each of the two parts has its own color, which happens to be alike: what the picture shows there.
  expect(new Set([at(parted, 200, 100), at(parted, 10, 10)]).size).toBe(1)
  expect(at(parted, 800, 900)).toBe(at(flats, 800, 900))
})
