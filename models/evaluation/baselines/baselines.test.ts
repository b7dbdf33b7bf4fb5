import { expect, it } from 'vitest'
import { BLUE, boxes, RED } from '../boxes.fixture.ts'
import type { Hint } from '../hints.ts'
import { sceneOf } from '../measurePicture.ts'
import type { Method, MethodName } from '../method.ts'
import { bucketFill } from './bucketFill.ts'
import { gaussianBlur } from './gaussianBlur.ts'
import { openGmic } from './gmic.ts'
import { levin } from './levin.ts'
import { map, white } from './plain.ts'

const dot = (x: number, y: number, color: number): Hint => ({
  stroke: {
    id: `${x}`,
    by: 'test',
    tool: 'brush',
    color,
    width: 64,
    points: Int32Array.of(8 * x, 8 * y, 255),
  },
  meant: new Uint8Array(256 * 256).fill(1),
  isOnPaper: false,
})

const paper = dot(10, 10, 0xffffff)
const red = dot(80, 128, RED)
const blue = dot(180, 128, BLUE)

async function colors(method: Method, name: MethodName, hints: Hint[], gap = 0) {
  const layer = (await method.color(sceneOf(boxes(gap), hints)))[name]!
  return (x: number, y: number) => {
    const at = 3 * (y * layer.width + x)
    return (layer.rgb[at]! << 16) | (layer.rgb[at + 1]! << 8) | layer.rgb[at + 2]!
  }
}

it('the white page is white', async () => {
  expect((await colors(white, 'white', [red]))(80, 128)).toBe(0xffffff)
})

it('the hint map alone fills regions, and is white without hints', async () => {
  const at = await colors(map(), 'map', [paper, red, blue])
  expect([at(60, 80), at(200, 180), at(5, 250)]).toEqual([RED, BLUE, 0xffffff])
  expect((await colors(map(), 'map', []))(60, 80)).toBe(0xffffff)
})

it('bucket fill stops at lines and at gaps in them; the rest is white or the nearest', async () => {
  for (const gap of [0, 3]) {
    const at = await colors(bucketFill(), 'fill', [red], gap)
    expect([at(60, 80), at(200, 180)]).toEqual([RED, 0xffffff])
    expect((await colors(bucketFill(), 'fill-nearest', [red], gap))(200, 180)).toBe(RED)
  }
})

it('Levin keeps hints and fills what equal brightness joins', async () => {
  const at = await colors(levin, 'levin', [paper, red, blue])
  expect(at(80, 128)).toBe(RED)
  const near = (color: number, wanted: number) => {
    for (const shift of [16, 8, 0])
      expect(Math.abs(((color >> shift) & 255) - ((wanted >> shift) & 255))).toBeLessThan(12)
  }
  near(at(60, 80), RED)
  near(at(200, 180), BLUE)
  near(at(5, 250), 0xffffff)
})

it("G'MIC fills regions, where it is installed", async ({ skip }) => {
  const gmic = await openGmic()
  if (!gmic) return skip('no program `gmic` here')
  try {
    const at = await colors(gmic, 'gmic', [paper, red, blue])
    expect([at(60, 80), at(200, 180), at(5, 250)]).toEqual([RED, BLUE, 0xffffff])
  } finally {
    await gmic.close()
  }
})

it('a blur keeps flat planes and spreads a point evenly', () => {
  const flat = gaussianBlur(new Float32Array(32 * 32).fill(0.5), 32, 3)
  expect(Math.min(...flat)).toBeCloseTo(0.5, 5)
  const point = new Float32Array(32 * 32)
  point[16 * 32 + 16] = 1
  const spread = gaussianBlur(point, 32, 2)
  expect(spread[16 * 32 + 14]).toBeCloseTo(spread[18 * 32 + 16]!, 6)
  expect(spread[16 * 32 + 16]).toBeCloseTo(1 / (2 * Math.PI * 4), 3)
})
