/**
 * The quick subset: a few small committed pictures, colored by the real networks with committed seeds. `npm test` compares the
 * numbers with those the manifest holds.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { readWeights, type QuickNumbers } from '../manifest.ts'
import { openOnnxEngine } from '../engines/onnx.ts'
import { measurePicture, type Row } from './measurePicture.ts'
import { nurie } from './nurie.ts'
import { pictureOf, type Picture } from './picture.ts'
import { mean } from './statistics.ts'
import { Stopwatch } from './stopwatch.ts'
import type { MeasureName } from './measures.ts'

const folder = new URL('quick/', import.meta.url)
const manifest = new URL('../manifest.json', import.meta.url)

export const quickCounts = [0, 3, 10]

/** Quick pictures' list: files NAME.layer.png and NAME.ink.png of 256 x 256 pixels. */
export type QuickEntry = { name: string; source: string; id: string; licence: string; attribution: string }

export const quickEntries = async (): Promise<QuickEntry[]> =>
  JSON.parse(await readFile(new URL('pictures.json', folder), 'utf8')) as QuickEntry[]

export async function quickPictures(): Promise<Picture[]> {
  const entries = await quickEntries()
  return Promise.all(
    entries.map(async (entry) =>
      pictureOf(
        entry,
        await readFile(new URL(`${entry.name}.layer.png`, folder)),
        await readFile(new URL(`${entry.name}.ink.png`, folder)),
      ),
    ),
  )
}

/** Means over the pictures, by number of strokes. */
export async function measureQuick(): Promise<QuickNumbers> {
  const models = await readWeights()
  const engine = await openOnnxEngine({ weights: models, threads: availableParallelism() })
  const rows: Row[] = []
  try {
    const methods = [nurie(engine, models)]
    const watch = new Stopwatch()
    for (const picture of await quickPictures()) {
      const options = {
        group: 'quick',
        picture,
        methods,
        seeds: 1,
        counts: quickCounts,
        fullSeeds: 0,
        withSlow: false,
        watch,
      }
      rows.push(...(await measurePicture(options)))
    }
  } finally {
    await engine.close()
  }
  return Object.fromEntries(
    quickCounts.map((strokes) => {
      const there = rows.filter((row) => row.strokes === strokes)
      return [strokes, { draft: numbersOf(there, 'draft'), refined: numbersOf(there, 'refined') }]
    }),
  )
}

function numbersOf(rows: readonly Row[], method: 'draft' | 'refined'): QuickNumbers[string]['draft'] {
  const meanOf = (measure: MeasureName) => {
    const values = rows.filter((row) => row.method === method).flatMap((row) => row[measure] ?? [])
    return Math.round(1000 * mean(values.filter((value) => Number.isFinite(value)))) / 1000
  }
  const numbers = { psnr: meanOf('psnr'), difference: meanOf('difference'), chroma: meanOf('chroma') }
  const hint = meanOf('hintP95')
  return Number.isNaN(hint) ? numbers : { ...numbers, hintDifference: hint }
}

/** Notes the numbers in models/manifest.json; all else in it stays. */
export async function writeQuick(quick: QuickNumbers): Promise<void> {
  const known = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>
  await writeFile(manifest, `${JSON.stringify({ ...known, quick }, null, 2)}\n`)
}
