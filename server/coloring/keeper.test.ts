import { EventEmitter, once } from 'node:events'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { EngineName } from '../../models/engines/engine.ts'
import { keepColorist, type Keeper } from './keeper.ts'

const told = new EventEmitter()
const warned: string[] = []
let keeper: Keeper

// Processes and what they say are real; only waiting is not.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(async () => {
  await keeper.close()
  vi.useRealTimers()
  warned.length = 0
})

function keep(threads: number, engines: readonly EngineName[] = ['cpu']): void {
  keeper = keepColorist({
    entry: new URL('./fakeColorist.fixture.ts', import.meta.url),
    engines: Promise.resolve(engines),
    threads,
    log: { info: () => {}, warn: (_, text) => void warned.push(text) },
    onReady: () => told.emit('ready'),
    onLost: () => told.emit('lost'),
    onAnswered: () => {},
  })
}

const run = (room: string, isLong = false) =>
  keeper.ask('run', (id) => ({ kind: 'run', id, room, network: 'draft', isWhole: true }), { isLong })

it('E2 a silent colorist is ended and replaced; what was asked rejects, and is known why', async () => {
  keep(1)
  await once(told, 'ready')
  await run('a')
  const asked = Promise.allSettled([run('silent'), run('a')])
  vi.advanceTimersByTime(4_000)
  expect(keeper.isReady()).toBe(true)
  const lost = once(told, 'lost')
  vi.advanceTimersByTime(250)
  await lost
  expect((await asked).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(warned).toEqual(['there is no coloring for a while: it did not answer for 4000 ms'])
  await expect(run('a')).rejects.toThrow('not ready')
  const ready = once(told, 'ready')
  vi.advanceTimersByTime(200)
  await ready
  await run('a')
})

it('E2 what waits behind a long question does not hang', async () => {
  keep(1)
  await once(told, 'ready')
  const long = run('silent', true)
  const behind = run('a')
  vi.advanceTimersByTime(19_000)
  keeper.send({ kind: 'forget', room: 'silent' })
  await Promise.all([long, behind])
  expect(warned).toEqual([])
  const silent = run('silent').catch((error: Error) => error.message)
  vi.advanceTimersByTime(4_250)
  expect(await silent).toBe('the colorist is gone')
})

it('E2 one that cannot start is tried again after growing pauses, and says why once', async () => {
  keep(0)
  for (const pause of [200, 400, 800, 1_600]) {
    await once(told, 'lost')
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(pause - 1)
    expect(vi.getTimerCount(), 'not yet').toBe(1)
    vi.advanceTimersByTime(1)
  }
  expect(warned).toEqual(['there is no coloring for a while: there are no weights'])
  expect(keeper.info().engine).toBe('none')
})

it('E18 an engine that throws gives way to the next one, and the last one stays', async () => {
  keep(1, ['webgpu', 'cpu'])
  await once(told, 'ready')
  const lost = once(told, 'lost')
  const asked = Promise.allSettled([run('fault'), run('a')])
  await lost
  expect((await asked).map(({ status }) => status)).toEqual(['rejected', expect.any(String)])
  expect(warned).toEqual([
    'there is no coloring for a while: the engine webgpu failed: the device was lost; the engine cpu takes over',
  ])
  const ready = once(told, 'ready')
  vi.advanceTimersByTime(200)
  await ready
  expect(keeper.info().engine).toBe('cpu')
  // There is none after it: what it fails at is this question, not its end.
  await expect(run('fault')).rejects.toThrow('the device was lost')
  await run('a')
})

it('E19 an engine too slow to get ready is given up, and said what to do about it', async () => {
  keep(99, ['webgpu'])
  // The process is started once the engines are known.
  await Promise.resolve()
  const lost = once(told, 'lost')
  vi.advanceTimersByTime(60_000)
  await lost
  expect(warned).toEqual([
    'there is no coloring for a while: the engine webgpu was not ready after 60 s; NURIE_ENGINE=auto takes the fastest there is',
  ])
})
