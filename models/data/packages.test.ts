import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

import { allSources, isDiskFull, packageFolder, type RunProgram, type Source } from './packages.ts'

const archive = 'a whole archive'
const source: Source = {
  name: '@art/cats',
  kind: 'npm',
  version: '1.2.3',
  licence: 'CC0-1.0',
  attribution: 'Cats',
  use: 'train',
  sha256: createHash('sha256').update(archive).digest('hex'),
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nurie-packages-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Stands in for the package clients: `npm` leaves an archive, `tar` one file. */
function programs(
  steps: { served?: string; download?: Error; unpack?: Error } = {},
): RunProgram & { calls: string[] } {
  const calls: string[] = []
  const run: RunProgram = async (command, _args, cwd) => {
    calls.push(command)
    const failure = command === 'npm' ? steps.download : steps.unpack
    if (failure !== undefined) throw failure
    await writeFile(path.join(cwd, command === 'npm' ? 'cats.tgz' : 'cat.svg'), steps.served ?? archive)
  }
  return Object.assign(run, { calls })
}

const fetchCats = (run: RunProgram): Promise<string> => packageFolder('@art/cats', folder, run, [source])
const left = async (): Promise<string[]> => readdir(folder)

describe('packages', () => {
  it('fetches and unpacks once', async () => {
    const run = programs()
    const target = await fetchCats(run)
    expect(await readFile(path.join(target, 'cat.svg'), 'utf8')).toBe(archive)
    expect(await fetchCats(run)).toBe(target)
    expect(run.calls).toEqual(['npm', 'tar'])
    expect(await left()).toEqual(['node_modules'])
  })

  it('refuses another checksum in one line, unpacks nothing and leaves other files alone', async () => {
    await writeFile(path.join(folder, 'mine.txt'), 'mine')
    const run = programs({ served: 'something else' })
    await expect(fetchCats(run)).rejects.toThrow(
      /^@art\/cats 1\.2\.3 has the checksum \w{64}, but \w{64} was pinned: it was not used\.$/,
    )
    expect(run.calls).toEqual(['npm'])
    expect(await left()).toEqual(['mine.txt'])
  })

  it('says which package is missing, and what to do', async () => {
    const run = programs({ download: new Error('404') })
    await expect(fetchCats(run)).rejects.toThrow(
      '@art/cats 1.2.3 could not be downloaded: is the npm registry reachable?',
    )
    await expect(packageFolder('dogs', folder, run, [source])).rejects.toThrow('No source is named dogs.')
  })

  it('says that an archive is corrupt, and keeps nothing half unpacked', async () => {
    await expect(fetchCats(programs({ unpack: new Error('tar: unexpected end') }))).rejects.toThrow(
      '@art/cats 1.2.3 could not be unpacked: the archive is corrupt.',
    )
    expect(existsSync(path.join(folder, 'node_modules/@art/cats'))).toBe(false)
    expect(await fetchCats(programs())).toBe(path.join(folder, 'node_modules/@art/cats'))
  })

  it('tells a full disk from a corrupt archive', async () => {
    const full = Object.assign(new Error('tar failed'), {
      stderr: 'tar: cat.svg: Cannot write: No space left on device',
    })
    const error: unknown = await fetchCats(programs({ unpack: full })).catch((reason: unknown) => reason)
    expect(isDiskFull(error)).toBe(true)
    expect(isDiskFull(new Error('tar failed'))).toBe(false)
  })

  it('clears away what an interrupted fetch of the same package left', async () => {
    await mkdir(path.join(folder, 'fetching--art-cats/whole'), { recursive: true })
    await fetchCats(programs())
    expect(await left()).toEqual(['node_modules'])
  })

  it('pins every source of the list to a version and a checksum of its own', () => {
    expect(
      allSources.filter(({ use }) => use === 'train' || use === 'heldout').length,
    ).toBeGreaterThanOrEqual(10)
    for (const { sha256, version } of allSources) {
      expect(sha256).toMatch(/^[0-9a-f]{64}$/)
      expect(version).toMatch(/\d/)
    }
    expect(new Set(allSources.map(({ sha256 }) => sha256)).size).toBe(allSources.length)
  })
})
