import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { neededBytes, refusalOf, thisMachine, type Machine } from './checkMachine.ts'
import { fetchWheel } from './fetchWheel.ts'
import { wheels } from './wheels.ts'

const debian: Machine = {
  platform: 'linux',
  arch: 'x64',
  glibc: '2.36',
  hasPip: true,
  hasCompiler: true,
  freeBytes: 50e9,
}

describe('E16 setup', () => {
  it.each<[Partial<Machine>, RegExp]>([
    [{ platform: 'darwin', arch: 'arm64' }, /on Linux x64 only, and this is darwin arm64.*WebAssembly/],
    [{ arch: 'arm64' }, /this is linux arm64/],
    [{ glibc: undefined }, /another C library/],
    [{ hasPip: false }, /pip is missing \(Debian: apt-get install python3-pip\)/],
    [{ hasCompiler: false }, /g\+\+ is missing \(Debian: apt-get install g\+\+\)/],
    [{ freeBytes: 0.5e9 }, /needs 1.4 GB of disk, and 0.5 GB are free/],
  ])('E16 setup says before any download what stands in the way: %j', (other, sentence) => {
    expect(refusalOf({ ...debian, ...other }, 'cpu')).toMatch(sentence)
  })

  it('E16 setup goes ahead where nothing stands in the way, and needs less disk for what is there already', async () => {
    expect(refusalOf(debian, 'gpu')).toBeUndefined()
    const full = { ...debian, freeBytes: neededBytes.gpu - 1 }
    expect(refusalOf(full, 'gpu')).toMatch(/4.6 GB of disk/)
    expect(refusalOf(full, 'gpu', 1e9)).toBeUndefined()
    expect(await thisMachine(tmpdir())).toMatchObject({ platform: process.platform, arch: process.arch })
  })

  it('E16 setup pins a checksum for every wheel, none twice', () => {
    const all = [...wheels.cpu, ...wheels.gpu]
    for (const { sha256 } of all) expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(all.length)
  })
})

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0

describe.skipIf(!hasPip)('E16 setup with pip', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nurie-wheel-'))
    execFileSync('python3', ['-c', MAKE_WHEEL, join(folder, WHEEL)])
    vi.stubEnv('PIP_NO_INDEX', '1')
    vi.stubEnv('PIP_FIND_LINKS', folder)
  })
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(folder, { recursive: true })
  })
  const pinned = (sha256: string) => ({
    name: 'tiny-lib',
    version: '1.2',
    bytes: readFileSync(join(folder, WHEEL)).length,
    sha256,
    take: ['tiny/lib/*.so'],
  })
  const sum = () =>
    createHash('sha256')
      .update(readFileSync(join(folder, WHEEL)))
      .digest('hex')

  it('E16 setup takes out of a wheel what is named, nothing else, and hears every byte once', async () => {
    let heard = 0
    const wheel = pinned(sum())
    await fetchWheel(wheel, join(folder, 'site'), join(folder, 'work'), (more) => (heard += more))
    expect(readdirSync(join(folder, 'site'), { recursive: true }).sort()).toEqual([
      'tiny',
      join('tiny', 'lib'),
      join('tiny', 'lib', 'a.so'),
    ])
    expect(readFileSync(join(folder, 'site', 'tiny', 'lib', 'a.so'), 'utf8')).toBe('library')
    expect(heard).toBe(wheel.bytes)
    expect(existsSync(join(folder, 'work'))).toBe(false)
  })

  it('E16 setup uses no download of another checksum than the pinned one', async () => {
    const before = pinned(sum())
    writeFileSync(join(folder, WHEEL), Buffer.concat([readFileSync(join(folder, WHEEL)), Buffer.of(0)]))
    const fetching = fetchWheel(before, join(folder, 'site'), join(folder, 'work'), () => undefined)
    await expect(fetching).rejects.toThrow(
      'tiny-lib 1.2 has not the checksum that is pinned: it was not used.',
    )
    expect(existsSync(join(folder, 'site'))).toBe(false)
    expect(existsSync(join(folder, 'work'))).toBe(false)
  })

  it('E16 setup says what pip says when there is no such wheel', async () => {
    const other = { ...pinned(sum()), version: '9.9' }
    const fetching = fetchWheel(other, join(folder, 'site'), join(folder, 'work'), () => undefined)
    await expect(fetching).rejects.toThrow(
      /tiny-lib 9.9 could not be downloaded with pip.*No matching distribution/s,
    )
  })
})

const WHEEL = 'tiny_lib-1.2-py3-none-any.whl'
const MAKE_WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('tiny/__init__.py', '')
    wheel.writestr('tiny/lib/a.so', 'library')
    wheel.writestr('tiny_lib-1.2.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: tiny-lib\\nVersion: 1.2\\n')
    wheel.writestr('tiny_lib-1.2.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('tiny_lib-1.2.dist-info/RECORD', '')
`
