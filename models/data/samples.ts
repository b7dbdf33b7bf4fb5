/**
 * Draws the product's bundled pages: a few Open Clip Art drawings as clean line art.
 * `node --import tsx models/data/samples.ts [--packages DIR]` writes `server/samples/`. The same drawings are kept
 * out of the training data (build.ts).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import sharp from 'sharp'

import { packageFolder } from './packages.ts'
import list from './samples.json' with { type: 'json' }
import { contentFrame, framedSvg } from './svgFrame.ts'
import { parseSvg } from './svgTree.ts'
import { svgAuthor } from './svgAuthor.ts'
import { vectorLine } from './vectorLine.ts'

const here = path.dirname(fileURLToPath(import.meta.url))
const longSide = 1400
const lineWidth = 5

async function drawSamples(packages: string, out: string): Promise<void> {
  const clipart = path.join(await packageFolder('openclipart-svg', packages), 'usr/share/openclipart/svg')
  await mkdir(out, { recursive: true })
  const entries = []
  for (const { name, title, source } of list) {
    const text = await readFile(path.join(clipart, source), 'utf8')
    const root = parseSvg(text)
    const frame = await contentFrame(root, false)
    if (frame === null) throw new Error(`${source} draws nothing.`)
    const unit = Math.max(frame.width, frame.height) / longSide
    const width = Math.round(frame.width / unit)
    const height = Math.round(frame.height / unit)
    const file = `${name}.png`
    await sharp(framedSvg(vectorLine(root, lineWidth * unit), frame, width, height))
      .flatten({ background: '#ffffff' })
      .resize(width, height, { fit: 'fill' })
      .toColourspace('b-w')
      .png({ compressionLevel: 9 })
      .toFile(path.join(out, file))
    entries.push({
      name,
      title,
      artist: svgAuthor(text) ?? 'Open Clip Art Library contributors',
      licence: 'CC-PDDC',
      file,
    })
    process.stdout.write(`${file} ${width} x ${height}\n`)
  }
  await writeFile(path.join(out, 'samples.json'), `${JSON.stringify(entries, null, 2)}\n`)
}

const { values } = parseArgs({ options: { packages: { type: 'string' } } })
await drawSamples(
  path.resolve(values.packages ?? path.join(here, 'cache', 'packages')),
  path.join(here, '../../server/samples'),
)
