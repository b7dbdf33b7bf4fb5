import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Stroke } from '../shared/strokes.ts'
import type { GreyPage, RgbaPicture, RgbPicture } from '../shared/picture.ts'
import type { Engine, Network } from './engines/engine.ts'
import { openOnnxEngine } from './engines/onnx.ts'
import { finalPass, finished } from './finalPass.ts'
import type { FinishedPatch } from './finishedRegions.ts'
import { readWeights, type Weights } from './manifest.ts'
import { PageColoring } from './pageColoring.ts'

let models: Record<Network, Weights>
let engine: Engine
beforeAll(async () => {
  models = await readWeights()
  engine = await openOnnxEngine({ weights: models, threads: 2 })
})
afterAll(() => engine.close())

const [WIDTH, HEIGHT] = [640, 400]
/** Two boxes beside each other; the wall between them has a gap of `gap` pixels. */
function boxes(gap = 0): GreyPage {
  const [width, height] = [WIDTH, HEIGHT]
  const grey = new Uint8Array(width * height).fill(255)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = Math.min(x - 40, 600 - x, y - 40, 360 - y)
      const isWall = Math.abs(x - 320) < 3 && y > 40 && y < 360 && Math.abs(y - 200) >= gap / 2
      if ((edge >= 0 && edge < 6) || isWall) grey[y * width + x] = 0
    }
  }
  return { width, height, grey }
}
const LEFT = { x: 180, y: 120 }
const RIGHT = { x: 460, y: 200 }
let strokes = 0
const dab = (at: { x: number; y: number }, color: number): Stroke => ({
  id: String(strokes++),
  by: 'a',
  tool: 'brush',
  color,
  width: 8 * 40,
  points: Int32Array.of(8 * at.x, 8 * at.y, 255),
})
const place = (at: { x: number; y: number }, gap = 0) => ({
  x: 8 * at.x,
  y: 8 * at.y,
  gap: 8 * gap,
})
async function open(page: GreyPage, ...painted: Stroke[]): Promise<PageColoring> {
  const coloring = new PageColoring({ engine, models, page })
  coloring.setStrokes(painted)
  await coloring.draft()
  return coloring
}
async function patchOf(coloring: PageColoring, ...pressed: Parameters<typeof place>): Promise<FinishedPatch> {
  const patch = await coloring.finish(place(...pressed))
  if (typeof patch === 'string') throw new Error(patch)
  return patch
}
/** How many pixels of a picture differ from a patch within it. */
function others({ width, rgb }: RgbPicture, left: number, top: number, patch: RgbaPicture): number {
  let count = 0
  for (let at = 0; at < patch.width * patch.height; at++) {
    if (patch.rgba[4 * at + 3] === 0) continue
    const from = 3 * ((top + Math.floor(at / patch.width)) * width + left + (at % patch.width))
    if ([0, 1, 2].some((part) => rgb[from + part] !== patch.rgba[4 * at + part])) count++
  }
  return count
}
const areaOf = ({ rgba }: RgbaPicture) => rgba.filter((_, i) => i % 4 === 3).filter((a) => a === 255).length
const at = ({ width, rgb }: RgbPicture, x: number, y: number) => [
  ...rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3),
]

describe('finished regions', () => {
  it('M2 a finished region looks the same in drafts, refined pictures and flats, whatever is painted in it or beside it', async () => {
    const page = boxes()
    const coloring = await open(page, dab(LEFT, 0x40a050), dab(RIGHT, 0xe0c030))
    const before = await coloring.refine()
    const patch = await patchOf(coloring, LEFT)
    expect(others(before, patch.left, patch.top, patch.picture)).toBe(0)
    coloring.setFinished([patch])
    const hints = [dab(LEFT, 0xd02020), dab(RIGHT, 0x3060d0), dab({ x: 100, y: 300 }, 0x000000)]
    for (let count = 1; count <= hints.length; count++) {
      coloring.setStrokes(hints.slice(0, count))
      const draft = await coloring.shadedDraft()
      const refined = await coloring.refine()
      for (const picture of [draft, refined, await coloring.draft()])
        expect(others(picture, patch.left, patch.top, patch.picture)).toBe(0)
      expect(others(coloring.flats(refined), patch.left, patch.top, patch.flats)).toBe(0)
    }
    // Beside it the newest hints count, and once it is opened again inside it too.
    expect(at(await coloring.refine(), 368, 160)[2]).toBeGreaterThan(150)
    coloring.setFinished([])
    expect(at(await coloring.refine(), 144, 60)[0]).toBeGreaterThan(150)
  })

  it('M2 an export has the finished colors too, bit for bit, and nothing beside takes them on', async () => {
    const page = boxes()
    const exported = async (coloring: PageColoring) =>
      finished(finalPass({ engine, models, page, shown: await coloring.shown() }))
    const coloring = await open(page, dab(LEFT, 0x40a050), dab(RIGHT, 0xe0c030))
    const untouched = await exported(coloring)
    const patch = await patchOf(coloring, LEFT)
    coloring.setFinished([patch])
    const before = await exported(coloring)
    coloring.setStrokes([dab(LEFT, 0xd02020), dab(RIGHT, 0x3060d0)])
    await coloring.draft()
    const after = await exported(coloring)
    coloring.setFinished([])
    const unlocked = await exported(coloring)
    let [inside, beside] = [0, 0]
    for (let y = 0; y < page.height; y++) {
      for (let x = 0; x < page.width; x++) {
        if (page.grey[y * page.width + x] === 0) continue
        const isInside = x >= 46 && x <= 317 && y >= 46 && y <= 354
        const [a, b] = isInside ? [before, after] : [after, unlocked]
        const isOther = at(a, x, y).some((value, i) => value !== at(b, x, y)[i])
        if (isOther && isInside) inside++
        else if (isOther) beside++
        // Finishing is not seen.
        if (isInside)
          expect(
            Math.max(...at(before, x, y).map((value, i) => Math.abs(value - at(untouched, x, y)[i]!))),
          ).toBeLessThan(12)
      }
    }
    expect([inside, beside]).toEqual([0, 0])
  })

  it('M1 a region is what a fill there would paint, its gaps closed, without what is finished already', async () => {
    const coloring = await open(boxes(16), dab(LEFT, 0x40a050))
    const whole = await patchOf(coloring, LEFT)
    const left = await patchOf(coloring, LEFT, 24)
    expect(areaOf(left.picture)).toBeLessThan(0.6 * areaOf(whole.picture))
    coloring.setFinished([left])
    expect(await coloring.finish(place({ x: 100, y: 300 }, 24))).toBe('finished-already')
    const right = await patchOf(coloring, RIGHT, 0)
    expect(areaOf(right.picture) + areaOf(left.picture)).toBe(areaOf(whole.picture))
  })

  it('M4 a line and what lies beside the page are no region', async () => {
    const coloring = await open(boxes())
    for (const { x, y } of [
      { x: 320, y: 100 },
      { x: 700, y: 100 },
      { x: 10, y: 4000 },
    ])
      expect(await coloring.finish(place({ x, y }))).toBe('no-region')
  })
})
