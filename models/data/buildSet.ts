/**
 * Builds a whole set into `folder`: a pack for each source, then the check that no near-duplicate crosses splits, then the
 * list that makes it a set. Whole packs of an earlier run are kept, so that an interrupted or failed build goes on where it
 * was. Throws the sentence of whatever went wrong; what is written until then never looks like a set.
 */
import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'

import { buildSource } from './buildSource.ts'
import { collect } from './collect.ts'
import type { Crew } from './crew.ts'
import { crossingsOf } from './crossings.ts'
import { isShareAlike } from './licence.ts'
import { openPack, type Pack, readPack } from './pack.ts'
import type { Source } from './packages.ts'
import type { Picture } from './picture.ts'
import { progressBar, timeText } from '../progressBar.ts'
import { removeSet, setPack, writeSet } from './tileSet.ts'

export interface SetOptions {
  /** Where the packs and the list go. */
  folder: string
  /** Where packages are unpacked. */
  packages: string
  sources: readonly Source[]
  /** Leaves the share-alike sources out. */
  permissive: boolean
  crew: Crew
  screen: { isTTY?: boolean; write: (text: string) => unknown }
}

export interface Built {
  tiles: number
  leftOut: number
}

/** Replaced in tests. */
const usualSteps = { collect, open: openPack }

export async function buildSet(options: SetOptions, steps = usualSteps): Promise<Built> {
  const { folder, packages, permissive, crew, screen } = options
  const sources = setSources(options.sources, permissive)
  await mkdir(folder, { recursive: true })
  await removeSet(folder)
  const packs = new Map<string, Pack>()
  const missing: { source: Source; pictures: Picture[] }[] = []
  const reading = progressBar(sources.length, 'packages', screen)
  for (const source of sources) {
    reading.advance(1, source.name)
    const whole = await readPack(path.join(folder, packName(source)), source.sha256)
    if (whole !== null) packs.set(packName(source), whole)
    else missing.push({ source, pictures: await collectFrom(source, packages, steps.collect) })
  }
  reading.end()
  if (packs.size > 0) screen.write(`${packs.size} of ${sources.length} sources are whole already.\n`)
  const total = missing.reduce((sum, { pictures }) => sum + pictures.length, 0)
  const bar = progressBar(total, 'pictures', screen)
  for (const { source, pictures } of missing) {
    const began = Date.now()
    const base = path.join(folder, packName(source))
    const advance = (by: number): void => bar.advance(by, source.name)
    const pack = await buildSource(source, pictures, base, crew, advance, steps.open)
    packs.set(packName(source), pack)
    const time = timeText(Date.now() - began)
    bar.note(`${source.name}: ${pack.tiles.length} tiles of ${pictures.length} pictures, ${time}`)
  }
  bar.end()
  return finishSet(folder, options, new Map(sources.map(packName).map((name) => [name, packs.get(name)!])))
}

export function setSources(sources: readonly Source[], permissive: boolean): Source[] {
  return sources.filter(
    ({ use, licence }) => (use === 'train' || use === 'heldout') && !(permissive && isShareAlike(licence)),
  )
}

export function packName({ name }: Source): string {
  return name.replace(/^@/, '').replace('/', '-')
}

async function collectFrom(source: Source, packages: string, from: typeof collect): Promise<Picture[]> {
  try {
    return await from(source, packages)
  } catch (cause) {
    const { code, path: file } = Object(cause) as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw cause
    throw new Error(
      `The unpacked package ${source.name} is damaged: ${file ?? packages} is missing. Delete it to fetch it again.`,
      { cause },
    )
  }
}

async function finishSet(folder: string, options: SetOptions, packs: Map<string, Pack>): Promise<Built> {
  const placed = [...packs].flatMap(([source, { tiles }]) => tiles.map((tile) => ({ ...tile, source })))
  const crossings = crossingsOf(placed)
  const listed = [...packs].map(([name, pack]) => {
    const leftOut = crossings.filter(({ leaveOut }) => leaveOut.source === name)
    return setPack(
      name,
      pack,
      leftOut.map(({ leaveOut }) => leaveOut.id),
    )
  })
  const sources = createHash('sha256').update(JSON.stringify(options.sources)).digest('hex')
  await writeSet(folder, { sources, permissive: options.permissive, packs: listed })
  return { tiles: placed.length - crossings.length, leftOut: crossings.length }
}
