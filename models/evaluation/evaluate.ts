/**
 * `npm run evaluate [-- --pictures N] [--seeds N] [--slow N] [--groups a,b] [--out DIR]`: measures the weights of the manifest on
 * held-out pictures beside the baselines, and writes the report. Seeded: two runs give the same numbers.
 * `npm run evaluate -- --quick [--write]`: the committed small pictures alone; `--write` notes the result in the manifest.
 */
import { availableParallelism, cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readWeights } from '../manifest.ts'
import { openOnnxEngine } from '../engines/onnx.ts'
import { groupNames, picturesOf, type GroupName } from './groups.ts'
import { measureGroup } from './measureGroup.ts'
import type { Row } from './measurePicture.ts'
import { openMethods } from './openMethods.ts'
import { measurePages, type PageResult } from './pages.ts'
import { Progress } from './progress.ts'
import { measureQuick, writeQuick } from './quick.ts'
import { writeQuoted } from './quoted.ts'
import { writeReport, type Sheets } from './report.ts'
import { Stopwatch } from './stopwatch.ts'
import { readTiles } from './tilePack.ts'

const usage =
  'npm run evaluate [-- --pictures N] [--seeds N] [--slow N] [--groups concepts,styles,anime,pencil,pages] [--out DIR] | --quick [--write]'

/** The report of this repository, which README.md and the model card quote. */
const ownReport = resolve(fileURLToPath(new URL('report/', import.meta.url)))

const say = (line: string) => process.stdout.write(`${line}\n`)

type Request = {
  pictures: number
  seeds: number
  slow: number
  groups: GroupName[]
  pages: boolean
  out: string
}

async function evaluate({ pictures, seeds, slow, groups, pages, out }: Request): Promise<void> {
  const began = Date.now()
  const watch = new Stopwatch()
  const models = await readWeights()
  const threads = availableParallelism()
  const engine = await openOnnxEngine({ weights: models, threads })
  const { methods, notes, close } = await openMethods(engine, models, threads)
  try {
    const tiles = groups.length > 0 ? await readTiles() : []
    const chosen = groups.map((group) => ({ group, sources: picturesOf(group, tiles, pictures) }))
    const progress = new Progress(chosen.reduce((sum, { sources }) => sum + sources.length, 0))
    const rows: Row[] = []
    const sheets: Sheets = new Map()
    for (const choice of chosen) {
      const measured = await measureGroup({ ...choice, methods, seeds, slow, watch, progress })
      for (const row of measured.rows) rows.push(row)
      for (const [file, sheet] of measured.sheets) sheets.set(file, sheet)
    }
    let results: PageResult[] = []
    if (pages) {
      const measured = await watch.time('real pages', () => measurePages(engine, models))
      results = measured.results
      notes.push(...measured.notes)
      sheets.set('pages-0.webp', measured.sheet)
    }
    const facts = {
      date: new Date().toISOString().slice(0, 10),
      machine: `${cpus()[0]?.model ?? 'unknown CPU'}, ${engine.device}`,
      weights: `draft ${models.draft.sha256.slice(0, 8)}, refine ${models.refine.sha256.slice(0, 8)}`,
      pictures,
      slowPictures: Math.min(slow, pictures),
      seeds,
      minutes: Math.round((Date.now() - began) / 6000) / 10,
      notes,
      seconds: watch.seconds(),
    }
    const report = await writeReport(out, { facts, rows, pages: results, sheets })
    if (out === ownReport) await writeQuoted(report)
    for (const [part, seconds] of Object.entries(facts.seconds)) say(`${part}: ${seconds} s`)
    say(`written to ${join(out, 'REPORT.md')}`)
  } finally {
    await close()
    await engine.close()
  }
}

async function quick(write: boolean): Promise<void> {
  const measured = await measureQuick()
  say(JSON.stringify(measured, null, 2))
  if (write) await writeQuick(measured)
}

function parseRequest(): (Request & { quick: false }) | { quick: true; write: boolean } {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean' },
      write: { type: 'boolean' },
      pictures: { type: 'string', default: '20' },
      seeds: { type: 'string', default: '5' },
      slow: { type: 'string', default: '10' },
      groups: { type: 'string', default: [...groupNames, 'pages'].join() },
      out: { type: 'string', default: ownReport },
    },
  })
  if (values.quick) return { quick: true, write: values.write ?? false }
  const wholeNumber = (name: 'pictures' | 'seeds' | 'slow', least: number) => {
    const value = Number(values[name])
    if (!Number.isInteger(value) || value < least)
      throw new Error(`--${name} is a whole number from ${least} on. Use: ${usage}`)
    return value
  }
  const asked = values.groups.split(',')
  const unknown = asked.find((name) => name !== 'pages' && !groupNames.some((group) => group === name))
  if (unknown !== undefined) throw new Error(`There is no group ${unknown}. Use: ${usage}`)
  return {
    quick: false,
    pictures: wholeNumber('pictures', 1),
    seeds: wholeNumber('seeds', 1),
    slow: wholeNumber('slow', 0),
    groups: groupNames.filter((group) => asked.includes(group)),
    pages: asked.includes('pages'),
    out: resolve(values.out),
  }
}

try {
  const request = parseRequest()
  await (request.quick ? quick(request.write) : evaluate(request))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
