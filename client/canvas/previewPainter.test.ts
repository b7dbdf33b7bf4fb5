import { expect, test } from 'vitest'
import { pixelOf } from '../../shared/raster.ts'
import { spliceBetween } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { PreviewPainter } from './previewPainter.ts'

/** 256 x 256 paper, cut in two by a thick line in the middle. */
const page = { width: 256, height: 256 }
const grey = new Uint8Array(256 * 256).fill(255)
for (let y = 0; y < 256; y++) grey.fill(0, y * 256 + 124, y * 256 + 132)

const dot = (id: string, color: number, x: number, y: number): Stroke => ({
  id,
  by: 'me',
  tool: 'brush',
  color,
  width: 80,
  points: Int32Array.of(8 * x, 8 * y, 255),
})
const red = dot('r', 0xff0000, 60, 128)
const blue = dot('b', 0x0000ff, 60, 20)
const green = dot('g', 0x00ff00, 200, 128)

function open() {
  const painter = new PreviewPainter(grey, page)
  let [before, now]: (readonly Stroke[])[] = [[], []]
  return (framed: readonly Stroke[], painted: readonly Stroke[]) => {
    const shown = new Uint32Array(256 * 256).fill(7)
    painter.paint(spliceBetween(before!, framed), spliceBetween(now!, painted), shown)
    before = framed
    now = painted
    return (x: number, y: number) => shown[y * 256 + x]
  }
}

test('V1 a stroke previews its whole region and nothing beyond the lines', () => {
  const at = open()([], [red])
  expect(at(10, 10)).toBe(pixelOf(0xff0000))
  expect(at(100, 128)).toBe(pixelOf(0xff0000))
  expect(at(200, 128)).toBe(0)
})

test('V1 several strokes at once, each in its region', () => {
  const at = open()([], [red, green])
  expect(at(10, 10)).toBe(pixelOf(0xff0000))
  expect(at(240, 10)).toBe(pixelOf(0x00ff00))
})

test('V1 what the picture shows already is left as it is, and what belongs to others too', () => {
  const paint = open()
  const both = paint([blue], [blue, red])
  expect(both(60, 10)).toBe(0)
  expect(both(60, 200)).toBe(pixelOf(0xff0000))
  const again = paint([blue, red], [blue, red, dot('r2', 0xff0000, 60, 200)])
  expect(again(60, 230)).toBe(0)
})

test('V2 as pictures cover more, less is previewed; what was painted before stays in the map', () => {
  const paint = open()
  paint([], [red, green])
  const half = paint([red], [red, green])
  expect(half(10, 10)).toBe(0)
  expect(half(240, 10)).toBe(pixelOf(0x00ff00))
  const none = paint([red, green], [red, green])
  expect(none(240, 10)).toBe(0)
})

test('V1 an answer does not depend on those before it', () => {
  const states = [
    [[], [red]],
    [[red], [red, green]],
    [[red], [red]],
    [[], []],
    [[green], [green, blue]],
  ] as const
  const again = open()
  for (const [framed, painted] of states) {
    const [one, other] = [again(framed, painted), open()(framed, painted)]
    for (const x of [10, 60, 100, 200, 240])
      for (const y of [10, 128, 240]) expect(one(x, y)).toBe(other(x, y))
  }
})

test('V1 white is previewed where it is somebody’s hint, and paper nobody hinted is left alone', () => {
  const box = new Uint8Array(256 * 256).fill(255)
  for (let i = 60; i < 200; i++)
    for (const k of [60, 61, 62, 63, 197, 198, 199]) box[k * 256 + i] = box[i * 256 + k] = 0
  const painted = (stroke: Stroke) => {
    const shown = new Uint32Array(256 * 256)
    const none = spliceBetween<Stroke>([], [])
    new PreviewPainter(box, page).paint(none, spliceBetween<Stroke>([], [stroke]), shown)
    return shown
  }
  expect(painted(dot('r', 0xff0000, 128, 128))[20 * 256 + 20]).toBe(0)
  expect(painted(dot('w', 0xffffff, 128, 128))[100 * 256 + 128]).toBe(pixelOf(0xffffff))
})
