/** A page colored with a palette that somebody brought: what nobody hinted is white or a color of it, hints are what they are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GreyPage, RgbPicture } from '../shared/picture.ts'
import type { Stroke } from '../shared/strokes.ts'
import type { Engine, Network } from './engines/engine.ts'
import { openOnnxEngine } from './engines/onnx.ts'
import { ciede2000 } from './evaluation/metrics/ciede2000.ts'
import { labOf } from './evaluation/metrics/lab.ts'
import { readWeights, type Weights } from './manifest.ts'
import { PageColoring } from './pageColoring.ts'
import { dabs, samplePage } from './sampleRoom.fixture.ts'

/** Nothing like any of Nurie's own, with a black and a white that nobody wants drawings filled with. */
const PALETTE = [0x00a0a0, 0xc8ff00, 0x7700ff, 0x000000, 0xffffff]
const FIT = PALETTE.slice(0, 3)
const WHITE = 0xffffff

let models: Record<Network, Weights>
let engine: Engine
beforeAll(async () => {
  models = await readWeights()
  engine = await openOnnxEngine({ weights: models, threads: 2 })
})
afterAll(() => engine.close())

const colorAt = ({ rgb }: Pick<RgbPicture, 'rgb'>, at: number) =>
  (rgb[3 * at]! << 16) | (rgb[3 * at + 1]! << 8) | rgb[3 * at + 2]!

/** Those of a picture's colors that are none of these. */
const strange = ({ rgb }: RgbPicture, colors: readonly number[]) =>
  [...new Set(Array.from({ length: rgb.length / 3 }, (_, at) => colorAt({ rgb }, at)))].filter(
    (color) => !colors.includes(color),
  )

async function colored(page: GreyPage, strokes: readonly Stroke[], palette = PALETTE) {
  const coloring = new PageColoring({ engine, models, page, palette })
  coloring.setStrokes(strokes)
  await coloring.draft()
  const refined = await coloring.refine()
  return { refined, flats: coloring.flats(refined) }
}

describe('a palette of one’s own', () => {
  it.each(['songbird', 'cottage'])(
    'D1 every flat of %s without hints is one of its colors, the paper white, the picture close to its flats',
    async (name) => {
      const { refined, flats } = await colored(await samplePage(name, 512), [])
      expect(strange(flats, [...FIT, WHITE])).toEqual([])
      expect(strange(flats, [WHITE]).length).toBeGreaterThan(1)
      expect(colorAt(flats, 0)).toBe(WHITE)
      const [seen, meant] = [labOf(refined.rgb), labOf(flats.rgb)]
      const far = Array.from({ length: seen.length / 3 }, (_, at) => ciede2000(seen, at, meant, at) > 5)
      expect(far.filter(Boolean).length / far.length).toBeLessThan(0.05)
    },
  )

  it('D1 hints keep their exact color, and so does what looks like them; all else is of the palette', async () => {
    const page = await samplePage('cats', 512)
    const strokes = dabs(page, 3)
    const { flats } = await colored(page, strokes)
    expect(strange(flats, [...FIT, WHITE, ...strokes.map(({ color }) => color)])).toEqual([])
    for (const { color, points } of strokes)
      expect(colorAt(flats, (points[1]! >> 3) * page.width + (points[0]! >> 3))).toBe(color)
  })

  it('D1 one that has only dark colors is taken as it is', async () => {
    const { flats } = await colored(await samplePage('cats', 512), [], [0x000000, 0x101060])
    expect(strange(flats, [0x000000, 0x101060, WHITE])).toEqual([])
  })
})
