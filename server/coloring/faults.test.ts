/** Everything that can befall a colorist, and what others notice of it. Killed and stopped for real: coloring.test.ts. */
import { createHash } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeGreyPng } from '../../files/image.ts'
import { openColoring } from './coloring.ts'
import { coloristPid } from './coloristPid.fixture.ts'

const line = await encodeGreyPng({ width: 64, height: 64, grey: new Uint8Array(64 * 64).fill(255) })

describe('coloring with a colorist of a few lines', () => {
  const none = { log: { info: () => {}, warn: () => {} }, threads: 1 }
  const entry = new URL('./fakeColorist.fixture.ts', import.meta.url)

  it('E2 a dozen deaths in the middle of work cost nothing but time: every room ends at its newest revision', async () => {
    const rooms = ['x', 'y', 'z']
    const refined = new Map<string, number>()
    const drawn = new Map<string, number>()
    const told = new EventEmitter()
    const order: string[] = []
    const busy = await openColoring({
      ...none,
      entry,
      events: {
        frame(room, header) {
          if (header.stage === 'refined') refined.set(room, header.revision)
          if (header.revision > (drawn.get(room) ?? 0)) order.push(`${room} ${header.revision}`)
          told.emit('frame')
        },
        status: (room, { state }) => told.emit(`${room} ${state}`),
      },
    })
    let revision = 0
    const draw = () => {
      for (const room of rooms) {
        drawn.set(room, ++revision)
        busy.touch(room, revision, [])
      }
    }
    for (const room of rooms) {
      busy.open(room, line)
      busy.attend(room, 'seen')
    }
    for (let death = 0; death < 12; death++) {
      draw()
      await once(told, 'frame')
      draw()
      const down = once(told, 'x down')
      process.kill(coloristPid('fakeColorist.fixture.ts'), death % 2 === 0 ? 'SIGKILL' : 'SIGSEGV')
      draw()
      await down
      await once(told, 'x idle')
    }
    while (rooms.some((room) => refined.get(room) !== drawn.get(room))) await once(told, 'frame')
    expect(order, 'frames of what was not drawn yet').toEqual([])
    await busy.close()
  }, 120_000)

  it.each([
    ['abort', 3],
    ['leak', 1],
  ])(
    'E2 a page that ends every colorist it meets (%s) costs the others moments, and is known to be down',
    async (trouble, times) => {
      const told = new EventEmitter()
      const busy = await openColoring({
        ...none,
        entry,
        events: {
          frame: (room, { stage, revision }) => told.emit(`${room} ${stage} ${revision}`),
          status: (room, { state }) => told.emit(`${room} ${state}`),
        },
      })
      for (const room of [trouble, 'well']) {
        busy.open(room, line)
        busy.attend(room, 'seen')
      }
      for (let revision = 1; revision <= times; revision++) {
        const down = once(told, 'well down')
        busy.touch(trouble, revision, [])
        await down
        expect(busy.isReady()).toBe(false)
        const refined = once(told, `well refined ${revision}`)
        busy.touch('well', revision, [])
        await refined
      }
      await busy.close()
    },
    60_000,
  )
})

describe('weights that are not what the manifest names', () => {
  const root = new URL('../../', import.meta.url)
  let copy: string
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'nurie-weights-'))
    const parts = ['package.json', 'tsconfig.json', 'shared', 'files', 'server/child.ts', 'server/coloring']
    const models = (await readdir(new URL('models/', root))).filter((name) =>
      /\.ts$|\.json$|^(weights|engines)$/.test(name),
    )
    for (const part of [...parts, ...models.map((name) => `models/${name}`)]) {
      await cp(fileURLToPath(new URL(part, root)), join(copy, part), { recursive: true })
    }
    await symlink(fileURLToPath(new URL('node_modules', root)), join(copy, 'node_modules'))
  })
  afterAll(() => rm(copy, { recursive: true, force: true }))

  it('E2 keep nothing else from working; why is said once, and when they are mended coloring begins', async () => {
    const warned: string[] = []
    const told = new EventEmitter()
    const weights = join(copy, 'models/weights/refine.onnx')
    const manifest = join(copy, 'models/manifest.json')
    const [good, named] = await Promise.all([readFile(weights), readFile(manifest, 'utf8')])
    const bad = Buffer.from(good).fill(0, 1000, 2000)
    await writeFile(weights, bad)
    const broken = await openColoring({
      log: {
        info: () => {},
        warn(_, text) {
          warned.push(text)
          told.emit('warned')
        },
      },
      threads: 1,
      entry: pathToFileURL(join(copy, 'server/coloring/colorist.ts')),
      events: { frame: (_, { stage }) => told.emit(stage), status: (_, { state }) => told.emit(state) },
    })
    expect([broken.isReady(), broken.info().engine]).toEqual([false, 'none'])
    const why = 'weights/refine.onnx is not the file that models/manifest.json names'
    expect(warned).toEqual([expect.stringContaining(why)])
    broken.open('a', line)
    broken.attend('a', 'seen')
    broken.touch('a', 1, [])
    await expect(broken.once(line, { stage: 'draft' })).rejects.toThrow('not ready')
    // Now the manifest names the broken file, and the engine cannot read it.
    const again = once(told, 'warned')
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    await writeFile(manifest, named.replace(sha256(good), sha256(bad)))
    await again
    expect(warned).toHaveLength(2)
    const refined = once(told, 'refined')
    await writeFile(weights, good)
    await writeFile(manifest, named)
    await refined
    expect(broken.isReady()).toBe(true)
    await broken.close()
  })
})
