/**
 * Writes fixtures/parity.json: random drawings and strokes with the hashes that shared/raster.ts and shared/hintmap.ts give
 * for them. test_parity.py demands the same bytes of the Python ports. `node --import tsx models/training/parityFixtures.ts`.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'

import { HintMapper } from '../../shared/hintmap.ts'
import { borderShares, regionsOf, roominess } from '../../shared/regions.ts'
import { HintRaster } from '../../shared/raster.ts'
import { segmentsOf } from '../../shared/segments.ts'
import { Upsampler } from '../../shared/upsampler.ts'
import type { Stroke } from '../../shared/strokes.ts'

/** A small generator that Python repeats: x -> 1664525 x + 1013904223 mod 2^32, upper bits. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

function scene(seed: number) {
  const random = randomFrom(seed)
  const size = { width: 40 + random(90), height: 40 + random(90) }
  const page = {
    width: size.width * (1 + random(4)) + random(7),
    height: size.height * (1 + random(4)) + random(7),
  }
  const stride = Math.ceil(size.width / 64) * 64
  const rows = Math.ceil(size.height / 64) * 64
  const ink = new Uint8Array(stride * rows)
  // Some pages have few lines: an outline open on a side, paper around it.
  for (let bar = 0; bar < (seed % 3 === 0 ? 3 : 9); bar++) {
    const isUpright = random(2) === 1
    const at = random(isUpright ? size.width : size.height)
    const value = 60 + random(196)
    const length = isUpright ? size.height : size.width
    for (let i = random(length >> 2); i < length - random(length >> 2); i++) {
      if (random(30) === 0) continue
      ink[isUpright ? i * stride + at : at * stride + i] = value
    }
  }
  for (let i = 0; i < 60; i++) ink[random(size.height) * stride + random(size.width)] = random(256)
  const strokes: Stroke[] = []
  for (let i = 0; i < 3 + random(9); i++) {
    const tool = (['brush', 'brush', 'brush', 'brush', 'erase', 'fill'] as const)[random(6)] ?? 'brush'
    const points: number[] = []
    for (let k = tool === 'fill' ? 1 : 1 + random(6); k > 0; k--) {
      points.push(
        random(page.width * 9) - page.width / 2,
        random(page.height * 9) - page.height / 2,
        random(256),
      )
    }
    strokes.push({
      id: String(i),
      by: 'a',
      tool,
      color: tool === 'erase' ? 0 : random(0x1000000),
      width: random(tool === 'fill' ? 60 : 200) + 1,
      points: Int32Array.from(points, Math.floor),
    })
  }
  const raster = new HintRaster({ page, size, stride, rows, ink })
  raster.update(strokes)
  const work = { ...size, paddedWidth: stride, paddedHeight: rows }
  const regions = regionsOf(ink, work)
  const map = new HintMapper({ ink, work, regions }).spread(raster.pixels)
  const half = { width: stride / 2, height: rows / 2 }
  const layer = { ...half, rgb: Uint8Array.from({ length: 3 * half.width * half.height }, () => random(256)) }
  const art = { width: stride, height: rows, grey: ink.map((value) => 255 - value) }
  return {
    page,
    size,
    stride,
    rows,
    ink: Buffer.from(ink).toString('base64'),
    strokes: strokes.map(({ tool, color, width, points }) => ({ tool, color, width, points: [...points] })),
    raster: hash(raster.rgba as unknown as Uint8Array),
    regions: hash(new Uint8Array(regions.ids.buffer)),
    isPaper: hash(regions.isPaper),
    openness: hash(regions.openness),
    borders: hash(borderShares(regions, work)),
    room: hash(roominess(regions, work)),
    segments: hash(new Uint8Array(segmentsOf(regions, map, ink).ids.buffer)),
    color: hash(new Uint8Array(map.color.buffer, map.color.byteOffset, map.color.byteLength)),
    reach: hash(map.reach),
    near: hash(map.near),
    layer: Buffer.from(layer.rgb).toString('base64'),
    upsampled: hash(new Upsampler(art, half, { narrowPlaces: 'blended' }).apply(layer).rgb),
  }
}

const folder = new URL('./fixtures/', import.meta.url)
mkdirSync(folder, { recursive: true })
const scenes = Array.from({ length: 12 }, (_, seed) => scene(seed + 1))
writeFileSync(new URL('parity.json', folder), `${JSON.stringify(scenes)}\n`)
process.stdout.write(`${scenes.length} scenes\n`)
