import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RgbPicture } from '../shared/picture.ts'
import type { Stroke } from '../shared/strokes.ts'
import type { Engine, Network, Tensor } from './engines/engine.ts'
import { openOnnxEngine } from './engines/onnx.ts'
import { readWeights, type Weights } from './manifest.ts'
import { PageColoring } from './pageColoring.ts'
import { Refiner } from './refiner.ts'
import { dabs, samplePage } from './sampleRoom.fixture.ts'
import { rgbOf } from './tensor.ts'

let models: Record<Network, Weights>
let engine: Engine
beforeAll(async () => {
  models = await readWeights()
  engine = await openOnnxEngine({ weights: models, threads: 2 })
})
afterAll(() => engine.close())
afterEach(() => vi.restoreAllMocks())

/** What refinement was shown and what was run of it, of a page of which the dabs come one after the other. */
async function openPage(name: string) {
  const page = await samplePage(name, 1024)
  const runs: Tensor[] = []
  const spy: Engine = {
    ...engine,
    run(network, tensor) {
      if (network === 'refine') runs.push(tensor)
      return engine.run(network, tensor)
    },
  }
  const strokes = dabs(page, 14)
  return { coloring: new PageColoring({ engine: spy, models, page }), strokes, runs }
}

/** Beside every picture of a refiner what the network makes of the whole page. */
function compareWithWhole(): { made: RgbPicture; whole: RgbPicture }[] {
  const pairs: { made: RgbPicture; whole: RgbPicture }[] = []
  const refine = Refiner.prototype.refine
  vi.spyOn(Refiner.prototype, 'refine').mockImplementation(async function (this: Refiner, shown, inputOf) {
    const made = await refine.call(this, shown, inputOf)
    pairs.push({
      made: { ...made, rgb: made.rgb.slice() },
      whole: rgbOf(await engine.run('refine', inputOf()), made),
    })
    return made
  })
  return pairs
}

const area = (tensors: readonly Tensor[]) =>
  tensors.reduce((sum, { width, height }) => sum + width * height, 0)

/** The share of pixels of which a color differs by more than `limit`. */
function share(a: RgbPicture, b: RgbPicture, limit: number): number {
  let pixels = 0
  for (let i = 0; i < a.rgb.length; i += 3) {
    const differs = (part: number) => Math.abs(a.rgb[i + part]! - b.rgb[i + part]!) > limit
    if (differs(0) || differs(1) || differs(2)) pixels++
  }
  return (3 * pixels) / a.rgb.length
}

describe('refining again', () => {
  it('E20 runs only the part that a change reaches, with the whole result within 1/255', async () => {
    const { coloring, strokes, runs } = await openPage('christmas-tree')
    const pairs = compareWithWhole()
    let smaller = 0
    for (let count = 6; count <= strokes.length; count++) {
      coloring.setStrokes(strokes.slice(0, count))
      await coloring.draft()
      runs.length = 0
      await coloring.refine()
      if (area(runs) < 0.8 * 512 * 512) smaller++
    }
    expect(smaller).toBeGreaterThan(4)
    for (const { made, whole } of pairs) expect(share(made, whole, 1)).toBe(0)
  })

  it('E20 runs nothing when nothing changed', async () => {
    const { coloring, strokes, runs } = await openPage('camping')
    coloring.setStrokes(strokes)
    const first = await coloring.refine()
    runs.length = 0
    expect(Buffer.compare((await coloring.refine()).rgb, first.rgb)).toBe(0)
    expect(runs).toEqual([])
  })

  it('E20 takes nothing for made after a run that failed', async () => {
    const { coloring, strokes } = await openPage('camping')
    const pairs = compareWithWhole()
    coloring.setStrokes(strokes.slice(0, 6))
    await coloring.refine()
    coloring.setStrokes(strokes)
    await coloring.draft()
    vi.spyOn(engine, 'run').mockRejectedValueOnce(new Error('out of memory'))
    await expect(coloring.refine()).rejects.toThrow('out of memory')
    await coloring.refine()
    const { made, whole } = pairs.at(-1)!
    expect(pairs).toHaveLength(2)
    expect(share(made, whole, 1)).toBe(0)
  })
})

describe('the picture while a page is painted on', () => {
  /** How much of the page moved from a refined picture to the draft of the next stroke, and from that to its refined picture. */
  async function moves(
    draw: (coloring: PageColoring) => Promise<RgbPicture>,
    from: readonly Stroke[],
    to: readonly Stroke[],
  ) {
    const { coloring } = await openPage('cats')
    coloring.setStrokes(from)
    await coloring.draft()
    const before = await coloring.refine()
    coloring.setStrokes(to)
    const draft = await draw(coloring)
    return [share(before, draft, 3), share(draft, await coloring.refine(), 3)] as const
  }

  it('E21 far from a new hint nothing moves: not from refined to draft, not from draft to refined', async () => {
    const { strokes } = await openPage('cats')
    const [from, to] = [strokes.slice(0, 9), strokes.slice(0, 10)]
    const shaded = await moves((coloring) => coloring.shadedDraft(), from, to)
    const bare = await moves((coloring) => coloring.draft(), from, to)
    for (const i of [0, 1] as const) {
      expect(shaded[i]).toBeLessThan(0.05)
      expect(shaded[i]).toBeLessThan(bare[i] / 2)
    }
  })

  it('E21 a hint shows in the draft as it is: no shading of the color before it stays', async () => {
    const { coloring, strokes } = await openPage('cats')
    const [first] = strokes as [Stroke]
    coloring.setStrokes([first])
    await coloring.refine()
    coloring.setStrokes([{ ...first, color: first.color ^ 0xffffff }])
    const at =
      3 *
      (Math.floor((first.points[1]! * coloring.work.height) / (8 * 960)) * coloring.work.width +
        Math.floor((first.points[0]! * coloring.work.width) / (8 * 1024)))
    const shaded = await coloring.shadedDraft()
    const bare = await coloring.draft()
    expect([...shaded.rgb.subarray(at, at + 3)]).toEqual([...bare.rgb.subarray(at, at + 3)])
  })
})
