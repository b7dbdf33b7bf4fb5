/**
 * A source's tiles: NAME.pack (PNGs one after the other), NAME.json (where each lies) and NAME.seal (what the pack was made of
 * and how long it is). All are written under other names and renamed when whole, the seal last: a seal that fits promises a
 * whole pack.
 */
import { createHash } from 'node:crypto'
import { type FileHandle, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'

import type { EncodedTile } from './pictureWork.ts'
import type { Split } from './split.ts'

/** Raised when what a tile consists of changes: packs of another format are built anew. */
export const packFormat = 2

/** Byte offset and length within the pack. */
export type Span = readonly [number, number]

export interface PackEntry {
  id: string
  key: string
  split: Split
  inked: boolean
  /** 144 bits of the difference hash as 36 hex digits; none for generated pictures. */
  hash?: string
  layer: Span
  lines: { kind: string; at: Span }[]
  /** Only where the source is a vector drawing. */
  regions?: Span
}

export interface PackSeal {
  format: number
  /** What the pack was made of: the package's checksum. */
  package: string
  bytes: number
  sha256: string
}

export interface Pack {
  seal: PackSeal
  tiles: PackEntry[]
}

export type TileFacts = Pick<PackEntry, 'id' | 'key' | 'split' | 'hash'>

export interface PackWriter {
  /** One call at a time. */
  add: (facts: TileFacts, tile: EncodedTile) => Promise<void>
  finish: () => Promise<Pack>
  /** Gives the file back without finishing; what was written so far is overwritten by the next attempt. */
  abandon: () => Promise<void>
}

export async function openPack(
  base: string,
  packageSum: string,
  openFile: (path: string) => Promise<Pick<FileHandle, 'writeFile' | 'close'>> = (path) => open(path, 'w'),
): Promise<PackWriter> {
  const file = await openFile(`${base}.pack.part`)
  const sum = createHash('sha256')
  const tiles: PackEntry[] = []
  let end = 0
  const append = async (bytes: Uint8Array): Promise<Span> => {
    await file.writeFile(bytes)
    sum.update(bytes)
    end += bytes.length
    return [end - bytes.length, bytes.length]
  }
  return {
    async add(facts, { inked, layer, lines, regions }) {
      const entry: PackEntry = { ...facts, inked, layer: await append(layer), lines: [] }
      for (const { kind, ink } of lines) entry.lines.push({ kind, at: await append(ink) })
      if (regions !== null) entry.regions = await append(regions)
      tiles.push(entry)
    },
    async finish() {
      await file.close()
      tiles.sort((a, b) => (a.id < b.id ? -1 : 1))
      const seal = { format: packFormat, package: packageSum, bytes: end, sha256: sum.digest('hex') }
      await rm(`${base}.seal`, { force: true })
      await rename(`${base}.pack.part`, `${base}.pack`)
      await writeWhole(`${base}.json`, tiles)
      await writeWhole(`${base}.seal`, seal)
      return { seal, tiles }
    },
    abandon: () => file.close(),
  }
}

/** The whole pack made of this very package, or null: then it is to be built. */
export async function readPack(base: string, packageSum: string): Promise<Pack | null> {
  try {
    const seal = JSON.parse(await readFile(`${base}.seal`, 'utf8')) as PackSeal
    const { size } = await stat(`${base}.pack`)
    if (seal.format !== packFormat || seal.package !== packageSum || seal.bytes !== size) return null
    return { seal, tiles: await readIndex(base) }
  } catch {
    // Missing or cut off: as good as not built.
    return null
  }
}

export async function readIndex(base: string): Promise<PackEntry[]> {
  return JSON.parse(await readFile(`${base}.json`, 'utf8')) as PackEntry[]
}

/** Under another name first: a file of this name is never half-written. */
export async function writeWhole(file: string, content: unknown): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(content)}\n`)
  await rename(`${file}.part`, file)
}
