import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seeded } from '../shared/golden.fixture.ts'
import type { Rect } from '../shared/raster.ts'
import type { Engine, Network, Tensor } from './engines/engine.ts'
import { readWeights, type Weights } from './manifest.ts'
import { openOnnxEngine } from './engines/onnx.ts'
import { PageColoring } from './pageColoring.ts'
import { dabs, samplePage } from './sampleRoom.fixture.ts'
import { runTiles, tensorInput, TILE_MARGIN, writeInto, type TileJob } from './tiles.ts'

const LEVEL = 1 / 255

let models: Record<Network, Weights>
let engine: Engine
/** What the refinement network is shown of a real page, and what it makes of the whole. */
let input: Tensor
let whole: Tensor
beforeAll(async () => {
  models = await readWeights()
  engine = await openOnnxEngine({ weights: models, threads: 2 })
  const spy: Engine = {
    ...engine,
    run(network, tensor) {
      if (network === 'refine') input = { ...tensor, data: tensor.data.slice() }
      return engine.run(network, tensor)
    },
  }
  const page = await samplePage('cats', 640)
  const coloring = new PageColoring({ engine: spy, models, page, side: 640 })
  coloring.setStrokes(dabs(page, 20))
  await coloring.refine()
  whole = await engine.run('refine', input)
})
afterAll(() => engine.close())

const blankLike = ({ width, height }: Tensor): Tensor => ({
  data: new Float32Array(3 * width * height),
  channels: 3,
  width,
  height,
})

async function tiled(
  job: Pick<TileJob, 'side' | 'margin' | 'rect'>,
): Promise<{ output: Tensor; parts: Rect[] }> {
  const output = blankLike(input)
  const parts: Rect[] = []
  const all = {
    ...job,
    engine,
    network: 'refine' as const,
    input: tensorInput(input),
    write: writeInto(output),
  }
  for await (const part of runTiles(all)) parts.push(part)
  return { output, parts }
}

const farthest = (a: Float32Array, b: Float32Array) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

/** How much larger the step across the borders of `parts` is than the whole page's step at the same place. */
function seam({ data, width, height }: Tensor, parts: readonly Rect[]): number {
  let most = 0
  const see = (at: number, beside: number) => {
    const own = Math.abs(whole.data[at]! - whole.data[beside]!)
    most = Math.max(most, Math.abs(data[at]! - data[beside]!) - own)
  }
  for (let plane = 0; plane < data.length; plane += width * height) {
    for (const { left, top, right, bottom } of parts) {
      for (let y = top; y < bottom && left > 0; y++)
        see(plane + y * width + left, plane + y * width + left - 1)
      for (let x = left; x < right && top > 0; x++)
        see(plane + top * width + x, plane + (top - 1) * width + x)
    }
  }
  return most
}

describe('tiles', () => {
  it('E12 tiles are the whole-page result within 1/255 and show no seams', async () => {
    const { output, parts } = await tiled({ side: 320, margin: TILE_MARGIN })
    expect(parts.length).toBeGreaterThan(8)
    expect(farthest(output.data, whole.data)).toBeLessThan(LEVEL / 100)
    expect(seam(output, parts)).toBeLessThan(LEVEL / 100)
  })

  it('E12 a margin of two thirds still is within 1/255; without a margin seams show', async () => {
    const { output, parts } = await tiled({ side: 320, margin: 64 })
    expect(farthest(output.data, whole.data)).toBeLessThan(LEVEL)
    expect(seam(output, parts)).toBeLessThan(LEVEL)
    const bare = await tiled({ side: 320, margin: 0 })
    expect(seam(bare.output, bare.parts)).toBeGreaterThan(LEVEL)
  })

  it('E12 only what is asked for is written', async () => {
    const rect = { left: 300, top: 203, right: 371, bottom: 330 }
    const { output } = await tiled({ side: 320, margin: TILE_MARGIN, rect })
    const { width, height } = output
    for (let at = 0; at < width * height; at++) {
      const [x, y] = [at % width, Math.floor(at / width)]
      const isInside = x >= rect.left && x < rect.right && y >= rect.top && y < rect.bottom
      const expected = isInside ? whole.data[at]! : 0
      if (Math.abs(output.data[at]! - expected) > LEVEL / 100) expect.fail(`wrong at ${x},${y}`)
    }
  })

  it('E12 the margin covers the receptive field: nothing changes beyond it, wherever a pixel changes', async () => {
    const { width, height, data, channels } = input
    let reach = 0
    // One pixel at each place of the coarsest grid's diagonal; every channel changes as much as it can.
    for (let step = 0; step < 16; step += 3) {
      const [px, py] = [304 + step, 304 + ((7 * step) % 16)]
      const changed = data.slice()
      for (let channel = 0; channel < channels; channel++) {
        const at = channel * width * height + py * width + px
        changed[at] = changed[at]! > 0.5 ? 0 : 1
      }
      const output = await engine.run('refine', { ...input, data: changed })
      output.data.forEach((value, i) => {
        if (value === whole.data[i]) return
        const [x, y] = [i % width, Math.floor(i / width) % height]
        reach = Math.max(reach, Math.abs(x - px), Math.abs(y - py))
      })
    }
    expect(reach).toBeGreaterThan(64)
    expect(reach).toBeLessThanOrEqual(TILE_MARGIN)
  })

  it('gives every pixel asked for once, from tiles of one size with sides the engine takes (300 seeds)', async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = seeded(seed)
      const [width, height] = [64 * (1 + random(10)), 64 * (1 + random(10))]
      const left = random(width)
      const top = random(height)
      const rect = {
        left,
        top,
        right: left + 1 + random(width - left),
        bottom: top + 1 + random(height - top),
      }
      const margin = 32 * random(4)
      const side = 2 * margin + 32 * (1 + random(6))
      const given = new Uint8Array(width * height)
      const sizes = new Set<string>()
      const job: TileJob = {
        engine: {
          name: 'test',
          device: 'none',
          run: (_, { data, ...size }) => Promise.resolve({ ...size, data }),
          close: () => Promise.resolve(),
        },
        network: 'refine',
        input: { size: { width, height }, channels: 1, read: () => {} },
        rect,
        side,
        margin,
        write(part, tile, x, y) {
          sizes.add(`${tile.width} x ${tile.height}`)
          expect(Math.max(tile.width, tile.height)).toBeLessThanOrEqual(side)
          expect([tile.width % 32, tile.height % 32]).toEqual([0, 0])
          // At least the margin lies around what a tile gives, but at the picture's edges.
          if (part.left - x > 0) expect(x).toBeGreaterThanOrEqual(margin)
          if (part.top - y > 0) expect(y).toBeGreaterThanOrEqual(margin)
          const after = tile.width - x - (part.right - part.left)
          if (part.left - x + tile.width < width) expect(after).toBeGreaterThanOrEqual(margin)
          for (let row = part.top; row < part.bottom; row++)
            for (let column = part.left; column < part.right; column++) given[row * width + column]!++
        },
      }
      for await (const part of runTiles(job)) expect(part.right).toBeGreaterThan(part.left)
      expect(sizes.size).toBe(1)
      given.forEach((times, at) => {
        const [x, y] = [at % width, Math.floor(at / width)]
        const isAsked = x >= rect.left && x < rect.right && y >= rect.top && y < rect.bottom
        if (times !== (isAsked ? 1 : 0)) expect.fail(`seed ${seed}: ${times} times at ${x},${y}`)
      })
    }
  })
})
