/** A bundled drawing and strokes somebody could have painted on it: a dab in each of its larger regions. */
import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { seeded } from '../shared/golden.fixture.ts'
import { inkAtWorkSize } from '../shared/ink.ts'
import type { GreyPage } from '../shared/picture.ts'
import { regionsOf } from '../shared/regions.ts'
import type { Stroke } from '../shared/strokes.ts'
import { workSizeOf } from '../shared/workSize.ts'
import { decodeSketch } from '../files/image.ts'

const COLORS = [0xe04030, 0x3060d0, 0xf0c030, 0x40a050, 0x9050b0, 0xf09060, 0x60c0d0, 0x805030, 0xf0b0c0]

/** The drawing, its longer side brought to `side` with crisp lines, as it would have been drawn there. */
export async function samplePage(name: string, side: number): Promise<GreyPage> {
  const file = await readFile(new URL(`../server/samples/${name}.png`, import.meta.url))
  const drawn = sharp(file).resize(side, side, { fit: 'inside', kernel: 'cubic' }).linear(1.8, -100)
  return decodeSketch(await drawn.png({ compressionLevel: 1 }).toBuffer())
}

/** A dab in each of the `count` largest regions but the paper, off the lines. */
export function dabs(page: GreyPage, count: number): Stroke[] {
  const work = workSizeOf(page)
  const ink = inkAtWorkSize(page.grey, page, work)
  const regions = regionsOf(ink, work)
  const random = seeded(7)
  const largest = Array.from(regions.areas.keys())
    .filter((id) => !regions.isPaper[id])
    .sort((a, b) => regions.areas[b]! - regions.areas[a]!)
  /** Clean for two pixels around. */
  const isFree = (at: number) => {
    for (let y = -2; y <= 2; y++)
      for (let x = -2; x <= 2; x++) if (ink[at + y * work.paddedWidth + x] !== 0) return false
    return true
  }
  const free = largest
    .slice(0, count)
    .map((id) => Array.from(regions.ids.keys()).filter((at) => regions.ids[at] === id && isFree(at)))
  return free.flatMap((inside, i) => {
    if (inside.length === 0) return []
    const at = inside[random(inside.length)]!
    const scale = (8 * page.width) / work.width
    const x = (at % work.paddedWidth) + 0.5
    const y = Math.floor(at / work.paddedWidth) + 0.5
    const color = COLORS[random(COLORS.length)]!
    const points = Int32Array.of(Math.round(x * scale), Math.round(y * scale), 255)
    return [{ id: String(i), by: 'a', tool: 'brush', color, width: Math.round(5 * scale), points }]
  })
}
