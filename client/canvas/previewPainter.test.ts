import { expect, test } from 'vitest'
import { pixelOf } from '../../shared/raster.ts'
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

test('a stroke previews its whole region and nothing beyond the lines', () => {
  const shown = new PreviewPainter(grey, page).paint(red)
  expect(shown[10 * 256 + 10]).toBe(pixelOf(0xff0000))
  expect(shown[128 * 256 + 100]).toBe(pixelOf(0xff0000))
  expect(shown[128 * 256 + 200]).toBe(0)
})

test('what is colored so already is left as it is, and what belongs to others too', () => {
  const painter = new PreviewPainter(grey, page)
  painter.sync(0, [dot('b', 0x0000ff, 60, 20)])
  const shown = painter.paint(red)
  expect(shown[10 * 256 + 60]).toBe(0)
  expect(shown[200 * 256 + 60]).toBe(pixelOf(0xff0000))
  painter.sync(1, [red])
  expect(painter.paint(dot('r2', 0xff0000, 60, 200))[230 * 256 + 60]).toBe(0)
})
