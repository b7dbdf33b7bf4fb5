import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { buildSet, setSources } from './buildSet.ts'
import { checkSet } from './checkSet.ts'
import type { Crew } from './crew.ts'
import { openPack } from './pack.ts'
import { allSources, isDiskFull, type Source } from './packages.ts'
import type { Picture } from './picture.ts'
import { drawTile, judge } from './pictureWork.ts'
import { readSet, tilesOf } from './tileSet.ts'

const source = (name: string, licence: string, use: Source['use'] = 'train'): Source => ({
  name,
  kind: 'npm',
  version: '1.0.0',
  licence,
  attribution: name,
  use,
  sha256: createHash('sha256').update(name).digest('hex'),
})
const sources = [
  source('apples', 'MIT'),
  source('@art/pears', 'CC-BY-SA-4.0'),
  source('plums', 'CC0-1.0', 'heldout'),
]
const perSource = 3

function pictureOf(from: Source, number: number): Picture {
  const svg = `<svg viewBox="0 0 9 9"><rect width="9" height="9" fill="hsl(${number},80%,50%)"/>${from.name}</svg>`
  const use = from.use === 'heldout' ? 'heldout' : 'train'
  const id = String(number)
  return { id, source: from.name, key: `${from.name}:${number}`, use, art: { kind: 'svg', svg } }
}

/** A made-up crew, at once done: hashes and bytes that depend on the drawing alone. */
function digestOf({ art }: Picture): Buffer {
  return createHash('sha512')
    .update(art.kind === 'svg' ? art.svg : art.bytes)
    .digest()
}
const bitsOf = (bytes: Buffer): Uint8Array =>
  Uint8Array.from({ length: 144 }, (_, i) => (bytes[i >> 3]! >> (i & 7)) & 1)
const draw: Crew['draw'] = (picture) => {
  const png = new Uint8Array(4000).fill(digestOf(picture)[0]!)
  return Promise.resolve({ inked: true, layer: png, lines: [{ kind: 'dog', ink: png }], regions: png })
}
const here: Crew = {
  judge: (picture) => Promise.resolve({ fit: true, hash: bitsOf(digestOf(picture)) }),
  draw,
  atOnce: 2,
  close: () => undefined,
}

const collect = (from: Source): Promise<Picture[]> =>
  Promise.resolve(Array.from({ length: perSource }, (_, i) => pictureOf(from, i)))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nurie-set-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const lines: string[] = []
const screen = { write: (text: string) => lines.push(text) }
const options = { packages: 'none', sources, permissive: false, crew: here, screen }
const build = (
  change: object = {},
  steps: Partial<Parameters<typeof buildSet>[1]> = {},
): ReturnType<typeof buildSet> =>
  buildSet({ ...options, folder, ...change }, { collect, open: openPack, ...steps })

async function bytesOf(where: string): Promise<Record<string, string>> {
  const sums: Record<string, string> = {}
  for (const file of (await readdir(where)).sort()) {
    sums[file] = createHash('sha256')
      .update(await readFile(path.join(where, file)))
      .digest('hex')
  }
  return sums
}

/** Draws until it is to break, as a build that is interrupted there. */
function breaksAfter(pictures: number): Crew {
  let drawn = 0
  return {
    ...here,
    draw: (picture) => (drawn++ < pictures ? draw(picture) : Promise.reject(new Error('interrupted'))),
  }
}

describe('building a set', () => {
  it('makes a pack for each source and then the list that makes it a set', async () => {
    expect(await build()).toEqual({ tiles: 9, leftOut: 0 })
    const set = await readSet(folder, true)
    expect(set.packs.map(({ name, tiles }) => [name, tiles])).toEqual([
      ['apples', 3],
      ['art-pears', 3],
      ['plums', 3],
    ])
    const tiles = await tilesOf(folder, set)
    expect(tiles.every(({ regions, lines: kinds }) => regions !== undefined && kinds.length === 1)).toBe(true)
    expect(tiles.filter(({ source: name }) => name === 'plums').map(({ split }) => split)).toEqual([
      'style',
      'style',
      'style',
    ])
    expect(await checkSet(folder)).toMatch(/^\| \*\*all\*\* \| 9 \|/m)
  })

  it('draws real pictures, the same bytes each time', async () => {
    const bars = Array.from(
      { length: 9 },
      (_, i) =>
        `<rect x="${10 * i}" y="${5 * i}" width="9" height="${100 - 9 * i}" fill="hsl(${40 * i},80%,50%)"/>`,
    )
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${bars.join('')}</svg>`
    const bar = (from: Source): Promise<Picture[]> =>
      Promise.resolve([{ ...pictureOf(from, 0), art: { kind: 'svg', svg } }])
    const crew: Crew = { ...here, judge, draw: drawTile }
    const change = { crew, sources: sources.slice(0, 1) }
    await build(change, { collect: bar })
    const first = await bytesOf(folder)
    await rm(path.join(folder, 'apples.seal'))
    await build(change, { collect: bar })
    expect(await bytesOf(folder)).toEqual(first)
    const tile = (await tilesOf(folder, await readSet(folder)))[0]
    expect([tile?.lines.map(({ kind }) => kind), tile?.regions?.length]).toEqual([['vector', 'dog'], 2])
  })

  it('is no set while it is half built, and goes on where it was to the same bytes', async () => {
    await expect(build({ crew: breaksAfter(perSource + 1) })).rejects.toThrow('interrupted')
    await expect(readSet(folder)).rejects.toThrow('holds no whole set')
    expect((await readdir(folder)).filter((file) => file.endsWith('.seal'))).toEqual(['apples.seal'])

    lines.length = 0
    await build()
    expect(lines[0]).toBe('1 of 3 sources are whole already.\n')
    const again = await mkdtemp(path.join(tmpdir(), 'nurie-set-'))
    await build({ folder: again })
    expect(await bytesOf(folder)).toEqual(await bytesOf(again))
    await rm(again, { recursive: true })
  })

  it('stops at a full disk: nothing looks whole, and a later run completes it', async () => {
    let room = 20_000
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    const open: typeof openPack = (base, sum) =>
      openPack(base, sum, () =>
        Promise.resolve({
          writeFile: (bytes) =>
            (room -= (bytes as Uint8Array).length) < 0 ? Promise.reject(full) : Promise.resolve(),
          close: () => Promise.resolve(),
        }),
      )
    const error: unknown = await build({}, { open }).catch((reason: unknown) => reason)
    expect(isDiskFull(error)).toBe(true)
    await expect(readSet(folder)).rejects.toThrow('holds no whole set')
    expect(existsSync(path.join(folder, 'apples.seal'))).toBe(false)
    expect((await build()).tiles).toBe(9)
  })

  it('builds a damaged pack anew and keeps the others', async () => {
    await build()
    const whole = await bytesOf(folder)
    await truncate(path.join(folder, 'apples.pack'), 100)
    await expect(readSet(folder)).rejects.toThrow('apples.pack is not the pack the set lists: delete it')
    await build()
    expect(await bytesOf(folder)).toEqual(whole)
  })

  it('finds a changed byte by its checksum', async () => {
    await build()
    const file = path.join(folder, 'plums.pack')
    const bytes = await readFile(file)
    bytes[200] = bytes[200]! ^ 1
    await writeFile(file, bytes)
    await readSet(folder)
    await expect(readSet(folder, true)).rejects.toThrow('plums.pack is not the pack')
    await writeFile(path.join(folder, 'set.seal'), '{"form')
    await expect(readSet(folder)).rejects.toThrow('holds a set of another format')
  })

  it('leaves the share-alike sources out of a permissive set', async () => {
    expect((await build({ permissive: true })).tiles).toBe(6)
    const set = await readSet(folder)
    expect([set.permissive, set.packs.map(({ name }) => name)]).toEqual([true, ['apples', 'plums']])
    const kept = setSources(allSources, true)
    expect(kept.length).toBeGreaterThanOrEqual(10)
    expect(kept.filter(({ licence }) => /SA|GPL/.test(licence))).toEqual([])
  })

  it('leaves out of train what is a near-duplicate of a held-out picture', async () => {
    const twin = {
      ...pictureOf(sources[2]!, 0),
      source: 'apples',
      id: 'twin',
      key: 'apples:7',
      use: 'train' as const,
    }
    const withTwin = async (from: Source): Promise<Picture[]> =>
      from.name === 'apples' ? [...(await collect(from)), twin] : collect(from)
    expect(await build({}, { collect: withTwin })).toEqual({ tiles: 9, leftOut: 1 })
    expect((await readSet(folder)).packs[0]?.leftOut).toEqual(['twin'])
    await checkSet(folder)
  })

  it('says which package is damaged', async () => {
    const gone = (): Promise<Picture[]> =>
      Promise.reject(
        Object.assign(new Error('ENOENT'), { code: 'ENOENT', path: 'packages/apples/icons.json' }),
      )
    await expect(build({}, { collect: gone })).rejects.toThrow(
      'The unpacked package apples is damaged: packages/apples/icons.json is missing. Delete it to fetch it again.',
    )
  })

  it('refuses a source that gives no picture at all', async () => {
    const none = (): Promise<Picture[]> => Promise.resolve([])
    await expect(build({}, { collect: none })).rejects.toThrow(
      'apples gave no picture: delete its unpacked package',
    )
    expect(existsSync(path.join(folder, 'apples.seal'))).toBe(false)
  })

  it('leaves a picture out that no worker could draw', async () => {
    const crew: Crew = {
      ...here,
      draw: (picture) => (picture.id === '1' ? Promise.resolve(null) : draw(picture)),
    }
    expect((await build({ crew })).tiles).toBe(6)
  })
})
