/**
 * What makes a folder of packs a set: `set.seal`, written last, lists every pack with its size and checksum and the pictures
 * of each that the set leaves out. A folder without it, or one that no longer fits it, is no set. The trainer reads it, too
 * (training/tiles.py).
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import path from 'node:path'

import { type Pack, type PackEntry, packFormat, readIndex, writeWhole } from './pack.ts'

export interface SetPack {
  /** The files' name without `.pack`, `.json` and `.seal`. */
  name: string
  tiles: number
  bytes: number
  sha256: string
  /** Ids of near-duplicates of pictures in another split. */
  leftOut: string[]
}

export interface TileSet {
  format: number
  /** Of sources.json: another list of packages makes another set. */
  sources: string
  permissive: boolean
  packs: SetPack[]
}

export const setFile = 'set.seal'

export function setPack(name: string, { seal, tiles }: Pack, leftOut: readonly string[]): SetPack {
  const { bytes, sha256 } = seal
  return { name, tiles: tiles.length - leftOut.length, bytes, sha256, leftOut: [...leftOut].sort() }
}

/** Taken away before anything changes, so that a set being rebuilt never looks whole. */
export async function removeSet(folder: string): Promise<void> {
  await rm(path.join(folder, setFile), { force: true })
}

export async function writeSet(folder: string, set: Omit<TileSet, 'format'>): Promise<void> {
  await writeWhole(path.join(folder, setFile), { format: packFormat, ...set })
}

/** Throws one sentence when there is no whole set of this format. Compares sizes; `checksums` reads every byte. */
export async function readSet(folder: string, checksums = false): Promise<TileSet> {
  const text = await readFile(path.join(folder, setFile), 'utf8').catch(() => null)
  if (text === null) throw new Error(`${folder} holds no whole set: build it with \`npm run data\`.`)
  const set = parsed(text)
  if (set?.format !== packFormat)
    throw new Error(`${folder} holds a set of another format: run \`npm run data\` again.`)
  for (const { name, bytes, sha256 } of set.packs) {
    const file = path.join(folder, `${name}.pack`)
    const size = await stat(file).then(
      (found) => found.size,
      () => -1,
    )
    const fits = size === bytes && (!checksums || (await sumOf(file)) === sha256)
    if (!fits)
      throw new Error(`${file} is not the pack the set lists: delete it and run \`npm run data\` again.`)
  }
  return set
}

export type ListedTile = PackEntry & { source: string }

/** Every tile of a set, of all splits; `source` is its pack's name. */
export async function tilesOf(folder: string, { packs }: TileSet): Promise<ListedTile[]> {
  const tiles: ListedTile[] = []
  for (const { name, leftOut } of packs) {
    const gone = new Set(leftOut)
    for (const entry of await readIndex(path.join(folder, name))) {
      if (!gone.has(entry.id)) tiles.push({ ...entry, source: name })
    }
  }
  return tiles
}

function parsed(text: string): TileSet | null {
  try {
    return JSON.parse(text) as TileSet
  } catch {
    // Cut off or edited: as good as a format nobody knows.
    return null
  }
}

async function sumOf(file: string): Promise<string> {
  const sum = createHash('sha256')
  for await (const chunk of createReadStream(file)) sum.update(chunk as Buffer)
  return sum.digest('hex')
}
