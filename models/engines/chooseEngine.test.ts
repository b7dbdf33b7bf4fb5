import { expect, it } from 'vitest'
import { chooseEngine, type Measured } from './chooseEngine.ts'
import type { EngineName } from './engine.ts'

/** Remembers what was measured, and fails when two are measured at once. */
function clock(results: Partial<Record<EngineName, Measured>>) {
  const asked: EngineName[] = []
  let busy = false
  return {
    asked,
    async measure(name: EngineName): Promise<Measured> {
      expect(busy, 'another is being measured').toBe(false)
      busy = true
      asked.push(name)
      await new Promise((resolve) => setImmediate(resolve))
      busy = false
      return results[name]!
    },
  }
}

const all = (excluded: Partial<Record<EngineName, string>> = {}) =>
  (['cuda', 'webgpu', 'tfjs', 'cpu'] as const).map((name) => ({ name, excluded: excluded[name] ?? null }))

it('E17 auto takes the fastest, the others follow by speed, and it says how each fared', async () => {
  const { measure, asked } = clock({
    cuda: { ms: 9.4 },
    webgpu: { ms: 6.6 },
    cpu: { ms: 64 },
    tfjs: { ms: 80 },
  })
  expect(await chooseEngine(all(), measure)).toEqual({
    engines: ['webgpu', 'cuda', 'cpu', 'tfjs'],
    why: 'engine webgpu: 7 ms a picture; cuda: 9 ms a picture; cpu: 64 ms a picture; tfjs: 80 ms a picture',
  })
  expect(asked).toEqual(['cuda', 'webgpu', 'tfjs', 'cpu'])
})

it('E17 auto does not try what cannot work, and drops what does not', async () => {
  const { measure, asked } = clock({ webgpu: { reason: 'it ended with SIGSEGV' }, cpu: { ms: 41 } })
  const out = { cuda: 'not installed', tfjs: 'not installed either' }
  expect(await chooseEngine(all(out), measure)).toEqual({
    engines: ['cpu'],
    why: 'engine cpu: 41 ms a picture; cuda: not installed; tfjs: not installed either; webgpu: it ended with SIGSEGV',
  })
  expect(asked).toEqual(['webgpu', 'cpu'])
})

it('E17 auto measures nothing when there is no choice', async () => {
  const { measure, asked } = clock({})
  const out = { cuda: 'not installed', webgpu: 'no Vulkan driver', tfjs: 'not installed' }
  expect(await chooseEngine(all(out), measure)).toEqual({
    engines: ['cpu'],
    why: 'engine cpu, the only one that can run here; cuda: not installed; webgpu: no Vulkan driver; tfjs: not installed',
  })
  expect(asked).toEqual([])
})

it('E17 auto keeps the last one to fall back on, also when it could not be measured', async () => {
  const late = { reason: 'no answer in 20 s' }
  const gpu = clock({ cuda: { ms: 5 }, cpu: late })
  const out = { webgpu: 'no Vulkan driver', tfjs: 'not installed' }
  expect((await chooseEngine(all(out), gpu.measure)).engines).toEqual(['cuda', 'cpu'])
  const none = await chooseEngine(all(out), clock({ cuda: late, cpu: late }).measure)
  expect(none.engines).toEqual(['cpu'])
  expect(none.why).toMatch(/^engine cpu, for none could be measured; /)
})
