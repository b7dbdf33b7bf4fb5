/** Real coloring pages, which have no truth: what the networks make of them without any hint. */
import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { GreyPage, RgbPicture } from '../../shared/picture.ts'
import { underLines } from '../../shared/upsampler.ts'
import { coloringPages } from '../data/coloringPages.ts'
import type { Engine, Network } from '../engines/engine.ts'
import { decodeSketch } from '../../files/image.ts'
import type { Weights } from '../manifest.ts'
import { PageColoring } from '../pageColoring.ts'
import { encodeSheet } from './contactSheet.ts'
import { chromaAt } from './metrics/chroma.ts'
import { labOf } from './metrics/lab.ts'
import { paperAround } from './paperAround.ts'
import { mean } from './statistics.ts'

const samples = new URL('../../server/samples/', import.meta.url)
const packages = new URL('../data/cache/packages/', import.meta.url)
/** Chroma of paper that has taken on color. */
const TINTED = 4
/** Longer side a page is read at. */
const LARGEST_PAGE = 1024

export type PageResult = {
  page: string
  /** Share of the networks' numbers that are none. */
  notANumber: number
  /** Share of the paper around the drawing that is visibly colored. */
  tintedPaper: number
  /** Mean chroma of what the lines enclose. */
  chroma: number
}

type NamedPage = { name: string; page: GreyPage }

/** Colors every page there is; the sheet shows lines, draft and refined. */
export async function measurePages(engine: Engine, models: Record<Network, Weights>) {
  const results: PageResult[] = []
  const rows: RgbPicture[][] = []
  const { pages, notes } = await realPages()
  for (const page of pages) {
    const { result, row } = await colorPage(engine, models, page)
    results.push(result)
    rows.push(row)
  }
  // Two pages side by side: there are many.
  const pairs = rows.flatMap((row, i) => (i % 2 === 0 ? [[...row, ...(rows[i + 1] ?? [])]] : []))
  const title = 'real coloring pages, without hints (lines, draft, refined, twice a row)'
  return { results, notes, sheet: { title, bytes: await encodeSheet(pairs) } }
}

/** The samples, and Tux Paint's starters where its package can be had. */
async function realPages(): Promise<{ pages: NamedPage[]; notes: string[] }> {
  const pages: NamedPage[] = []
  const read = async (name: string, file: URL | string) =>
    pages.push({ name, page: await decodeSketch(await readFile(file), LARGEST_PAGE) })
  for (const file of (await readdir(samples)).filter((name) => name.endsWith('.png')).sort()) {
    await read(file.replace('.png', ''), new URL(file, samples))
  }
  try {
    for (const { name, file } of await coloringPages(fileURLToPath(packages))) {
      // This process reads no SVG (see image.ts).
      if (file.endsWith('.png')) await read(name, file)
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { pages, notes: [`Tux Paint's pages were not measured: ${reason}`] }
  }
  return { pages, notes: [] }
}

/** Draft and refined of a page without hints: numbers, and the pictures to look at. */
async function colorPage(
  engine: Engine,
  models: Record<Network, Weights>,
  { name, page }: NamedPage,
): Promise<{ result: PageResult; row: RgbPicture[] }> {
  let numbers = 0
  let none = 0
  const watched: Engine = {
    ...engine,
    async run(network, input) {
      const output = await engine.run(network, input)
      numbers += output.data.length
      for (const value of output.data) if (!Number.isFinite(value)) none++
      return output
    },
  }
  const coloring = new PageColoring({ engine: watched, models, page, side: 512 })
  const draft = await coloring.draft()
  const refined = await coloring.refine()
  const { width, height } = coloring.work
  const around = paperAround(page, { width, height })
  const lab = labOf(refined.rgb)
  const chromas = (side: number) =>
    [...around.keys()].filter((at) => around[at] === side).map((at) => chromaAt(lab, at))
  const paper = chromas(1)
  const inside = chromas(0)
  return {
    result: {
      page: name,
      notANumber: none / numbers,
      tintedPaper: paper.length === 0 ? 0 : paper.filter((chroma) => chroma > TINTED).length / paper.length,
      chroma: inside.length === 0 ? 0 : mean(inside),
    },
    row: [linesOf(page), underLines(draft, page), underLines(refined, page)],
  }
}

function linesOf({ width, height, grey }: GreyPage): RgbPicture {
  return {
    width,
    height,
    rgb: Uint8Array.from({ length: 3 * grey.length }, (_, i) => grey[Math.floor(i / 3)]!),
  }
}
