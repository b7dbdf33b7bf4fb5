/** Every example, run as people run it, against a real server with the real networks. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Psd from '@webtoon/psd'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { encodeGreyPng } from '../files/image.ts'
import { samplePage } from '../models/sampleRoom.fixture.ts'
import { startServer, type TestServer } from '../server/app.fixture.ts'
import { openColoring } from '../server/coloring/coloring.ts'
import { openImages } from '../server/images/images.ts'

const log = { info: () => {}, warn: () => {} }
const run = promisify(execFile)
const example = (name: string) => fileURLToPath(new URL(name, import.meta.url))
const program = (name: string, ...args: string[]) =>
  run(process.execPath, ['--import', 'tsx', example(name), ...args], { timeout: 60_000 })

let server: TestServer
let folder = ''
const at = (name: string) => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nurie-examples-'))
  await writeFile(at('cat.png'), await encodeGreyPng(await samplePage('cats', 320)))
  server = await startServer(
    {},
    {
      openColoring: (events) => openColoring({ events, threads: 2, log }),
      openImages: () => openImages({ log }),
    },
  )
})
afterAll(async () => {
  await server.end()
  await rm(folder, { recursive: true, force: true })
})

const sizeOf = async (name: string) => {
  const { width, height } = await sharp(at(name)).metadata()
  return [width, height]
}
const LONG = 90_000

it(
  'D9 curl.sh colors a drawing without a room and in one',
  async () => {
    const { stdout } = await run(example('curl.sh'), [at('cat.png'), server.url])
    expect(stdout).toMatch(
      new RegExp(`^${at('cat.colored.png')}\n${server.url}/r/[\\w-]+#[\\w-]+\n${at('cat.room.png')}\n$`),
    )
    expect([await sizeOf('cat.colored.png'), await sizeOf('cat.room.png')]).toEqual([
      await sizeOf('cat.png'),
      await sizeOf('cat.png'),
    ])
    await expect(run(example('curl.sh'), [example('README.md'), server.url])).rejects.toMatchObject({
      stdout: expect.stringContaining('') as string,
      code: 22,
    })
  },
  LONG,
)

it(
  'D9 colorRoom.ts paints hints in a room through the Yjs channel and takes out what became of them',
  async () => {
    const { stdout } = await program('ts/colorRoom.ts', at('cat.png'), at('cat.psd'), server.url)
    expect(stdout).toContain('/r/')
    const psd = Psd.parse(Uint8Array.from(await readFile(at('cat.psd'))).buffer)
    expect([psd.width, psd.height]).toEqual(await sizeOf('cat.png'))
    const data = await psd.composite()
    let warm = 0
    for (let i = 0; i < data.length; i += 4)
      if (data[i]! > 180 && Math.abs(data[i + 1]! - 0x70) < 60 && data[i + 2]! < 130) warm++
    expect(warm / (data.length / 4)).toBeGreaterThan(0.01)
  },
  LONG,
)

it(
  'D9 colorFolder.ts colors a folder in the colors of a palette; a bad file is told, and the others go on',
  async () => {
    await mkdir(at('pages'))
    await writeFile(at('pages/1.png'), await readFile(at('cat.png')))
    await writeFile(at('pages/2.png'), 'no picture')
    await writeFile(at('two.gpl'), 'GIMP Palette\n0 160 160 Teal\n255 200 0 Sun\n')
    const failed = program('ts/colorFolder.ts', at('pages'), at('colored'), at('two.gpl'), server.url)
    await expect(failed).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^2\.png: This is not a/) as string,
    })
    expect(await readdir(at('colored'))).toEqual(['1.png'])
    const { channels } = await sharp(at('colored/1.png')).stats()
    // Neither red nor violet is in it.
    expect(channels[1]!.mean).toBeGreaterThan(120)
  },
  LONG,
)
