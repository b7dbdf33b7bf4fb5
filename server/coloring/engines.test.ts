import { EventEmitter, once } from 'node:events'
import { afterEach, expect, it } from 'vitest'
import { engineTable } from '../../models/engines/engineTable.ts'
import { encodeGreyPng } from '../../files/image.ts'
import { openColoring } from './coloring.ts'
import { findEngines } from './engines.ts'

const said: string[] = []
const warned: string[] = []
const log = {
  info: (_: object, text: string) => void said.push(text),
  warn: (_: object, text: string) => void warned.push(text),
}
const line = await encodeGreyPng({ width: 64, height: 64, grey: new Uint8Array(64 * 64).fill(255) })
// Whatever else there is on this machine, and in the table.
const table = { ...engineTable }
afterEach(() => {
  Object.assign(engineTable, table)
  said.length = warned.length = 0
})

it('E17 auto measures each engine in a process of its own; one that ends its process or gives wrong colors is out, and it says why', async () => {
  const possible = { missing: () => null, unwanted: () => null }
  engineTable.cuda = { ...table.cuda, ...possible }
  engineTable.webgpu = { ...table.webgpu, ...possible }
  engineTable.tfjs = { ...table.cpu, ...possible }
  const probe = new URL('./failingProbe.fixture.ts', import.meta.url)
  expect(await findEngines({ engine: 'auto', threads: 2, log, probe })).toEqual(['cpu', 'webgpu'])
  expect(said).toEqual([
    expect.stringMatching(
      /^engine cpu: \d+ ms a picture; webgpu: \d+ ms a picture; cuda: it ended with SIGABRT; tfjs: its colors are wrong by up to 3 levels of 255$/,
    ),
  ])
}, 60_000)

it('E17 auto refuses a graphics card in software without trying it', async () => {
  const probe = new URL('./nothing.ts', import.meta.url)
  engineTable.cuda = { ...table.cuda, missing: () => 'not installed' }
  engineTable.tfjs = { ...table.cpu, missing: () => 'not installed' }
  engineTable.webgpu = { ...table.webgpu, missing: () => null, unwanted: () => 'in software' }
  expect(await findEngines({ engine: 'auto', threads: 2, log, probe })).toEqual(['cpu'])
  expect(said).toEqual([
    'engine cpu, the only one that can run here; cuda: not installed; webgpu: in software; tfjs: not installed',
  ])
})

it('E19 an engine asked for by name that cannot run is refused once with the remedy; all else goes on', async () => {
  const before = process.env['VK_DRIVER_FILES']
  process.env['VK_DRIVER_FILES'] = '/nowhere.json'
  try {
    const engines = findEngines({ engine: 'webgpu', threads: 1, log })
    const coloring = await openColoring({ log, threads: 1, engines, events: { frame() {}, status() {} } })
    expect([coloring.isReady(), coloring.info().engine]).toEqual([false, 'none'])
    expect(warned).toEqual([
      expect.stringMatching(
        /the engine webgpu cannot run here: no Vulkan .+; install .+, or set NURIE_ENGINE to auto$/,
      ),
    ])
    coloring.open('a', line)
    coloring.touch('a', 1, [])
    await expect(coloring.once(line, { stage: 'draft' })).rejects.toThrow('not ready')
    await coloring.close()
  } finally {
    if (before === undefined) delete process.env['VK_DRIVER_FILES']
    else process.env['VK_DRIVER_FILES'] = before
  }
})

it('E18 engines that throw or end their process at work are replaced one by one, and every room gets its newest pictures', async () => {
  const told = new EventEmitter()
  const frames: string[] = []
  const coloring = await openColoring({
    log,
    threads: 2,
    engines: Promise.resolve(['cuda', 'webgpu', 'cpu']),
    entry: new URL('./failingColorist.fixture.ts', import.meta.url),
    events: {
      frame(room, { stage, revision, engine }) {
        frames.push(`${room} ${stage} ${revision} by ${engine}`)
        told.emit(`${room} ${stage} ${revision}`)
      },
      status() {},
    },
  })
  expect(coloring.info().engine).toBe('cuda')
  const first = once(told, 'a refined 1')
  coloring.open('a', line)
  coloring.attend('a', 'seen')
  coloring.touch('a', 1, [])
  await first
  expect(frames).toEqual(['a draft 1 by cuda', 'a refined 1 by cuda'])
  frames.length = 0
  const all = ['a', 'b'].map((room) => once(told, `${room} refined 2`))
  coloring.open('b', line)
  coloring.attend('b', 'seen')
  for (const room of ['a', 'b']) coloring.touch(room, 2, [])
  await Promise.all(all)
  expect(frames.toSorted()).toEqual([
    'a draft 2 by cpu',
    'a refined 2 by cpu',
    'b draft 2 by cpu',
    'b refined 2 by cpu',
  ])
  expect(warned[0]).toBe(
    'there is no coloring for a while: the engine cuda failed: the device was lost; the engine webgpu takes over',
  )
  expect(warned.at(-1)).toBe(
    'there is no coloring for a while: it ended with SIGABRT; the engine cpu takes over',
  )
  await coloring.close()
}, 60_000)
