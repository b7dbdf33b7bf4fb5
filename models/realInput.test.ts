/** What people really upload, through the real networks: every kind of page gets color where it belongs and none elsewhere. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seeded } from '../shared/golden.fixture.ts'
import type { GreyPage, RgbPicture } from '../shared/picture.ts'
import type { Stroke } from '../shared/strokes.ts'
import type { Engine, Network } from './engines/engine.ts'
import { readWeights, type Weights } from './manifest.ts'
import { openOnnxEngine } from './engines/onnx.ts'
import { PageColoring } from './pageColoring.ts'

let models: Record<Network, Weights>
let engine: Engine
beforeAll(async () => {
  models = await readWeights()
  engine = await openOnnxEngine({ weights: models, threads: 2 })
})
afterAll(() => engine.close())

type Draw = (x: number, y: number) => number

/** A page of `side` pixels: a house (a box with a roof and a door) drawn with lines of `width`; `over` paints first. */
function house(side: number, width: number, over: Draw = () => 255, darkness = 255): GreyPage {
  const grey = new Uint8Array(side * side)
  const unit = side / 100
  const segments = [
    [25, 45, 25, 85],
    [75, 45, 75, 85],
    [25, 85, 75, 85],
    [25, 45, 75, 45],
    [25, 45, 50, 15],
    [50, 15, 75, 45],
    [44, 85, 44, 62],
    [56, 85, 56, 62],
    [44, 62, 56, 62],
  ].map((line) => line.map((value) => value * unit)) as [number, number, number, number][]
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) grey[y * side + x] = over(x, y)
  for (const line of segments) {
    const [ax, ay, bx, by] = line
    const [left, top] = [Math.min(ax, bx), Math.min(ay, by)].map((value) => Math.floor(value - width))
    for (let y = top!; y <= Math.max(ay, by) + width; y++) {
      for (let x = left!; x <= Math.max(ax, bx) + width; x++) {
        const at = y * side + x
        if (distance(x, y, ...line) <= width / 2) grey[at] = Math.min(grey[at]!, 255 - darkness)
      }
    }
  }
  return { width: side, height: side, grey }
}

function distance(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay]
  const along = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
  return Math.hypot(x - ax - along * dx, y - ay - along * dy)
}

const blue = 0x2858c8

/** A dab of blue on the house's wall, at (34, 65) of 100. */
function dab({ width }: GreyPage): Stroke {
  const point = Int32Array.of(Math.round(width * 8 * 0.34), Math.round(width * 8 * 0.65), 255)
  return {
    id: 'dab',
    by: 'a',
    tool: 'brush',
    color: blue,
    width: Math.round(width * 8 * 0.02),
    points: point,
  }
}

async function colored(page: GreyPage, strokes: Stroke[]): Promise<(x: number, y: number) => number[]> {
  const coloring = new PageColoring({ engine, models, page })
  coloring.setStrokes(strokes)
  await coloring.draft()
  const picture: RgbPicture = await coloring.refine()
  return (x, y) => {
    const at = Math.floor((y * picture.height) / 100) * picture.width + Math.floor((x * picture.width) / 100)
    return [...picture.rgb.subarray(3 * at, 3 * at + 3)]
  }
}

const apart = (color: number[], hex: number) =>
  Math.max(...color.map((value, part) => Math.abs(value - ((hex >> (16 - 8 * part)) & 255))))

const random = seeded(11)
const tone: Draw = (x, y) => (x % 8 < 3 && y % 8 < 3 ? 60 : 255)
const pages: [string, () => GreyPage][] = [
  ['hair-thin lines of a 4096 px page', () => house(4096, 3)],
  ['thin lines', () => house(600, 1)],
  ['thick lines', () => house(600, 14)],
  ['faint pencil with grain', () => house(600, 2.5, () => 255 - random(14), 110)],
  [
    'screentone in the roof',
    () => house(600, 4, (x, y) => (y < 260 && y > 110 && Math.abs(x - 300) < 80 ? tone(x, y) : 255)),
  ],
  ['a solid black ground', () => house(600, 4, (_, y) => (y > 520 ? 0 : 255))],
  [
    'a frame around the page',
    () => house(600, 4, (x, y) => (Math.min(x, y, 599 - x, 599 - y) < 5 ? 0 : 255)),
  ],
  ['a photo of paper', () => house(900, 5, (x) => 150 + Math.floor((70 * x) / 900) + random(6), 200)],
  ['a small scan', () => house(130, 1.6, () => 255 - random(10), 200)],
]

describe('real input', () => {
  it.each(pages)(
    'E8 %s: the hinted wall is the hint, the paper stays white, lines stop the color',
    async (_, make) => {
      const page = make()
      const at = await colored(page, [dab(page)])
      for (const [x, y] of [
        [30, 50],
        [38, 80],
        [70, 55],
      ] as const)
        expect(apart(at(x, y), blue)).toBeLessThan(40)
      for (const [x, y] of [
        [10, 20],
        [90, 70],
      ] as const)
        expect(apart(at(x, y), 0xffffff)).toBeLessThan(26)
    },
  )

  it.each(pages)('E8 %s: without hints the figure has color, the paper none', async (_, make) => {
    const at = await colored(make(), [])
    const saturation = (color: number[]) => Math.max(...color) - Math.min(...color)
    expect(Math.max(saturation(at(35, 65)), saturation(at(50, 38)), saturation(at(50, 75)))).toBeGreaterThan(
      40,
    )
    for (const [x, y] of [
      [10, 20],
      [90, 70],
    ] as const)
      expect(apart(at(x, y), 0xffffff)).toBeLessThan(26)
  })

  it('E8 an empty page, a black one and one of noise give a picture without a number that is none', async () => {
    for (const ink of [() => 255, () => 0, () => random(256)]) {
      const grey = Uint8Array.from({ length: 300 * 200 }, ink)
      const page = { width: 300, height: 200, grey }
      const at = await colored(page, [])
      expect(at(50, 50).every((value) => Number.isInteger(value))).toBe(true)
      if (grey.every((value) => value === 255)) expect(apart(at(50, 50), 0xffffff)).toBeLessThan(26)
    }
  })
})
