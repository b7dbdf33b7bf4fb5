/** The WebGPU engine on a Vulkan driver in software (.config/softwareVulkan.ts): the code is the same as on a graphics card. */
import { expect, it, vi } from 'vitest'
import { readWeights } from '../manifest.ts'
import { engineAgreement } from './engineAgreement.fixture.ts'
import { engineContract } from './engineContract.fixture.ts'
import { missingForWebgpu } from './gpuParts.ts'
import { openEngine } from './openEngine.ts'

// A graphics card drawn by two processor cores takes its time.
vi.setConfig({ testTimeout: 120_000 })
const open = async () => {
  const weights = await readWeights()
  return { models: weights, engine: await openEngine('webgpu', { weights, threads: 2 }) }
}

it('E3 there is a Vulkan driver to test with', () => {
  expect(missingForWebgpu(), 'install Chromium, which brings one (Debian: apt-get install chromium)').toBe(
    null,
  )
})
engineContract('WebGPU', open, [32, 128])
engineAgreement('WebGPU', open, 128)
