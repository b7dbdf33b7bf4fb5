/**
 * `npm run data [-- --out DIR] [--only SOURCE]`: builds the training tiles from the pinned packages. Resumable: a source whose
 * pack is whole is skipped. Prints one line per source; a package that cannot be had ends it with one sentence.
 */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import sharp from 'sharp'

import { attributionText } from './attribution.ts'
import { collectAvatars } from './collectAvatars.ts'
import { collectArt4apps, collectOpenclipart, collectRenpy } from './collectClipart.ts'
import { collectIcons, collectOpenmoji } from './collectEmoji.ts'
import { differenceHash, isSameDrawing } from './differenceHash.ts'
import { openPack } from './pack.ts'
import { allSources, packageFolder, type Source } from './packages.ts'
import type { Picture } from './picture.ts'
import { refusalOf, thumbnailSide } from './pictureFilter.ts'
import samples from './samples.json' with { type: 'json' }
import { splitOf } from './split.ts'
import { thumbnailOf, tileOf } from './tile.ts'

const here = path.dirname(fileURLToPath(import.meta.url))
const atOnce = 4
const avatarCount = { train: 300, heldout: 60 }
const sampleFiles = samples.map((sample) => sample.source)
const sampleIds = new Set(sampleFiles.map((file) => file.replace(/\.svg$/, '').replace(/\//g, '.')))

async function build(out: string, only: string | undefined): Promise<void> {
  sharp.cache(false)
  const packages = path.join(out, 'packages')
  const tiles = path.join(out, 'tiles')
  await mkdir(tiles, { recursive: true })
  for (const source of allSources) {
    if (source.use === 'code' || (only !== undefined && source.name !== only)) continue
    const base = path.join(tiles, source.name.replace(/^@/, '').replace('/', '-'))
    if (existsSync(`${base}.json`)) {
      process.stdout.write(`${source.name}: whole already\n`)
      continue
    }
    await buildSource(source, await collect(source, packages), base)
  }
  await writeFile(path.join(here, 'ATTRIBUTION.md'), attributionText(allSources))
}

async function collect(source: Source, packages: string): Promise<Picture[]> {
  const { name, use } = source
  const root = await packageFolder(name, packages)
  if (use === 'code') return []
  if (name === 'openclipart-svg') return collectOpenclipart(root, sampleFiles)
  if (name === 'pysiogame') return collectArt4apps(root)
  if (name === 'renpy-thequestion') return collectRenpy(root)
  if (name === 'openmoji') return collectOpenmoji(root)
  if (name.startsWith('@iconify-json/')) return collectIcons(root, name, use)
  const core = await packageFolder('@dicebear/core', packages)
  return collectAvatars(core, root, name, use, avatarCount[use])
}

async function buildSource(source: Source, pictures: Picture[], base: string): Promise<void> {
  const pack = await openPack(base)
  const hashes: Uint8Array[] = []
  const isGenerated = source.name.startsWith('@dicebear/')
  let done = 0
  let dropped = 0
  const began = Date.now()
  await each(pictures, async (picture) => {
    const thumbnail = await thumbnailOf(picture, thumbnailSide).catch(() => null)
    const isWanted = thumbnail !== null && refusalOf(thumbnail) === null
    const hash = isWanted && !isGenerated ? differenceHash(thumbnail, thumbnailSide) : null
    const isDuplicate = hash !== null && hashes.some((other) => isSameDrawing(other, hash))
    if (hash !== null && !isDuplicate) hashes.push(hash)
    const isKept =
      isWanted && !isDuplicate && !(source.name === 'openclipart-svg' && sampleIds.has(picture.id))
    const tile = isKept ? await tileOf(picture).catch(() => null) : null
    if (tile === null) dropped++
    else await pack.add({ id: picture.id, key: picture.key, split: splitOf(picture.key, picture.use) }, tile)
    if (++done % 50 === 0) process.stdout.write(`\r${source.name}: ${done} of ${pictures.length}`)
  })
  const kept = await pack.close()
  const seconds = Math.round((Date.now() - began) / 1000)
  process.stdout.write(`\r${source.name}: ${kept} tiles, ${dropped} left out, ${seconds} s\n`)
}

/** A few at a time: sharp works in its own threads meanwhile. */
async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

const { values } = parseArgs({ options: { out: { type: 'string' }, only: { type: 'string' } } })
try {
  await build(path.resolve(values.out ?? path.join(here, 'cache')), values.only)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
