import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Upsampler } from '../shared/upsampler.ts'
import type { GreyPage, RgbPicture } from '../shared/picture.ts'
import type { Engine, Network } from './engines/engine.ts'
import { ciede2000 } from './evaluation/metrics/ciede2000.ts'
import { labOf } from './evaluation/metrics/lab.ts'
import type { Shown } from './finalInput.ts'
import { finalPass, finished } from './finalPass.ts'
import { readWeights, type Weights } from './manifest.ts'
import { openOnnxEngine } from './engines/onnx.ts'
import { PageColoring } from './pageColoring.ts'
import { dabs, samplePage } from './sampleRoom.fixture.ts'

let models: Record<Network, Weights>
let engine: Engine
beforeAll(async () => {
  models = await readWeights()
  engine = await openOnnxEngine({ weights: models, threads: 2 })
})
afterAll(() => engine.close())

async function colored(page: GreyPage, count: number): Promise<PageColoring> {
  const coloring = new PageColoring({ engine, models, page })
  coloring.setStrokes(dabs(page, count))
  await coloring.draft()
  return coloring
}

/** The areas between the page's lines (4-connected, with less than half of full ink): each pixel's, -1 on lines. */
function areasOf({ width, grey }: GreyPage): Int32Array {
  const areas = new Int32Array(grey.length).fill(-1)
  const stack = new Int32Array(grey.length)
  let count = 0
  for (let start = 0; start < grey.length; start++) {
    if (areas[start]! >= 0 || grey[start]! < 128) continue
    let length = 1
    stack[0] = start
    areas[start] = count
    while (length > 0) {
      const at = stack[--length]!
      const column = at % width
      for (const next of [
        column > 0 ? at - 1 : -1,
        column < width - 1 ? at + 1 : -1,
        at - width,
        at + width,
      ]) {
        if (next < 0 || next >= grey.length || areas[next]! >= 0 || grey[next]! < 128) continue
        areas[next] = count
        stack[length++] = next
      }
    }
    count++
  }
  return areas
}

/** The only segment with paper in each area of the page; -1 for those that have several, nothing for those with none. */
function segmentsIn(
  areas: Int32Array,
  page: GreyPage,
  { picture, ink, segments }: Shown,
): Map<number, number> {
  const only = new Map<number, number>()
  for (let y = 0, at = 0; y < picture.height; y++) {
    for (let x = 0; x < picture.width; x++, at++) {
      if (ink[at]! > 24) continue
      const column = Math.floor(((x + 0.5) * page.width) / picture.width)
      const row = Math.floor(((y + 0.5) * page.height) / picture.height)
      const area = areas[row * page.width + column]!
      const segment = segments.ids[at]!
      if (area >= 0) only.set(area, (only.get(area) ?? segment) === segment ? segment : -1)
    }
  }
  return only
}

/** Mean colors of `count` parts, where `counts` says so. */
function meansOf({ rgb }: RgbPicture, ids: Int32Array, count: number, counts: (at: number) => boolean) {
  const sums = new Float64Array(3 * count)
  const pixels = new Int32Array(count)
  for (let at = 0; at < ids.length; at++) {
    if (!counts(at)) continue
    const id = ids[at]!
    pixels[id]!++
    for (let part = 0; part < 3; part++) sums[3 * id + part]! += rgb[3 * at + part]!
  }
  const mean = (sum: number, i: number) => Math.round(sum / Math.max(1, pixels[Math.floor(i / 3)]!))
  return { lab: labOf(Uint8Array.from(sums, mean)), pixels }
}

describe('final pass', () => {
  it('E13 keeps the colors people saw: the areas of a drawing differ by less than CIEDE2000 1', async () => {
    const page = await samplePage('cats', 1100)
    const shown = await (await colored(page, 30)).shown()
    const seen = new Upsampler(page, shown.picture).apply(shown.picture)
    const made = await finished(finalPass({ engine, models, page, shown }))
    expect(made).toMatchObject({ width: 1100, height: 1031 })
    const areas = areasOf(page)
    const count = 1 + areas.reduce((most, area) => Math.max(most, area))
    const isClean = (at: number) => page.grey[at]! > 231
    const before = meansOf(seen, areas, count, isClean)
    const after = meansOf(made, areas, count, isClean)
    let compared = 0
    // A sliver between two lines may have no clean pixel at 512 px, so no color that people saw.
    const seenAreas = segmentsIn(areas, page, shown)
    before.pixels.forEach((pixels, area) => {
      if (pixels < 40 || !seenAreas.has(area)) return
      compared++
      expect(ciede2000(before.lab, area, after.lab, area)).toBeLessThan(1)
    })
    expect(compared).toBeGreaterThan(60)
  })

  it('E13 keeps hints exact', async () => {
    const page = await samplePage('dragon', 900)
    const shown = await (await colored(page, 12)).shown()
    const made = await finished(finalPass({ engine, models, page, shown }))
    const hints = dabs(page, 12)
    expect(hints.length).toBeGreaterThan(8)
    for (const { points, color } of hints) {
      const at = Math.floor(points[1]! / 8) * made.width + Math.floor(points[0]! / 8)
      const wanted = Uint8Array.of(color >> 16, (color >> 8) & 255, color & 255)
      expect(ciede2000(labOf(made.rgb.slice(3 * at, 3 * at + 3)), 0, labOf(wanted), 0)).toBeLessThan(0.5)
    }
  })

  it('E13 runs in pieces: pages drawn meanwhile change nothing, and no tile is larger than one of a frame', async () => {
    const page = await samplePage('dragon', 700)
    const coloring = await colored(page, 12)
    const alone = await finished(finalPass({ engine, models, page, shown: await coloring.shown() }))
    let largest = 0
    const watched: Engine = {
      ...engine,
      run(network, input) {
        largest = Math.max(largest, input.width, input.height)
        return engine.run(network, input)
      },
    }
    const pass = finalPass({ engine: watched, models, page, shown: await coloring.shown() })
    const strokes = dabs(page, 12)
    for (let pieces = 0; ; pieces++) {
      const { done, value } = await pass.next()
      if (done) {
        expect(pieces).toBeGreaterThan(6)
        expect(value.rgb).toEqual(alone.rgb)
        break
      }
      coloring.setStrokes(strokes.slice(0, pieces % strokes.length))
      await coloring.draft()
      if (pieces % 3 === 0) await coloring.refine()
    }
    expect(largest).toBeLessThanOrEqual(512)
  })

  it('E13 a page no larger than the refined picture is that picture', async () => {
    const page = await samplePage('dragon', 400)
    const shown = await (await colored(page, 5)).shown()
    expect(await finished(finalPass({ engine, models, page, shown }))).toBe(shown.picture)
  })

  it('E14 at 4096 px no color crosses a line of a real drawing', { timeout: 60_000 }, async () => {
    const page = await samplePage('bouquet', 4096)
    const shown = await (await colored(page, 30)).shown()
    const made = await finished(finalPass({ engine, models, page, shown }))
    const { rgb } = new Upsampler(page, made).apply(made)
    const areas = areasOf(page)
    const only = segmentsIn(areas, page, shown)
    const { ids, count } = shown.segments
    const { lab } = meansOf(shown.picture, ids, count, (at) => shown.ink[at]! <= 24)
    const differences = new Map<number, number>()
    /** Areas that have several colors as people saw them already. */
    const isVaried = new Uint8Array(count)
    ids.forEach((segment, at) => {
      const own = labOf(shown.picture.rgb.subarray(3 * at, 3 * at + 3))
      if (shown.ink[at]! <= 24 && ciede2000(own, 0, lab, segment) > 5) isVaried[segment] = 1
    })
    let looked = 0
    let strange = 0
    for (let at = 0; at < areas.length; at++) {
      const segment = only.get(areas[at]!) ?? -1
      if (segment < 0 || isVaried[segment] === 1) continue
      looked++
      const [red, green, blue] = [rgb[3 * at]!, rgb[3 * at + 1]!, rgb[3 * at + 2]!]
      const key = ((segment * 256 + red) * 256 + green) * 256 + blue
      let difference = differences.get(key)
      if (difference === undefined) {
        difference = ciede2000(labOf(Uint8Array.of(red, green, blue)), 0, lab, segment)
        differences.set(key, difference)
      }
      // Shading within one area stays under this.
      if (difference > 5) strange++
    }
    expect(looked).toBeGreaterThan(1_000_000)
    expect(strange).toBe(0)
  })
})
