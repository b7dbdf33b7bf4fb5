import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { isWebgpuInSoftware, missingForCuda, missingForWebgpu } from './gpuParts.ts'

let root: string
beforeEach(async () => void (root = await mkdtemp(join(tmpdir(), 'nurie-machine-'))))
afterEach(() => rm(root, { recursive: true, force: true }))

async function install(...files: string[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true })
    await writeFile(join(root, file), '')
  }
}
const machine = (env: Record<string, string> = {}) => ({ platform: 'linux', root, env })
const LOADER = 'usr/lib/x86_64-linux-gnu/libvulkan.so.1'

it('E19 CUDA is missing until both files of its provider are there, and the missing one is named', async () => {
  expect(missingForCuda(root)).toContain('libonnxruntime_providers_shared.so')
  await install('libonnxruntime_providers_shared.so')
  expect(missingForCuda(root)).toContain('libonnxruntime_providers_cuda.so')
  await install('libonnxruntime_providers_cuda.so')
  expect(missingForCuda(root)).toBe(null)
})

it('E19 WebGPU needs a Vulkan loader and a driver, wherever they are', async () => {
  expect(missingForWebgpu(machine())).toBe('no Vulkan loader (libvulkan.so.1)')
  await install('opt/own/libvulkan.so.1', 'opt/own/card.json', 'usr/lib/chromium/libvulkan.so.1')
  expect(missingForWebgpu(machine()), 'a browser’s own').toBe('no Vulkan loader (libvulkan.so.1)')
  expect(missingForWebgpu(machine({ LD_LIBRARY_PATH: join(root, 'opt/own') }))).toBe('no Vulkan driver')
  await install(LOADER)
  expect(missingForWebgpu(machine())).toBe('no Vulkan driver')
  expect(missingForWebgpu(machine({ VK_DRIVER_FILES: join(root, 'opt/own/card.json') }))).toBe(null)
  await install('usr/share/vulkan/icd.d/radeon_icd.x86_64.json')
  expect(missingForWebgpu(machine())).toBe(null)
  expect(missingForWebgpu(machine({ VK_DRIVER_FILES: '/nowhere.json' })), 'it hides others').not.toBe(null)
  expect(missingForWebgpu({ ...machine(), platform: 'darwin' }), 'the system brings it').toBe(null)
})

it('E17 drivers without a card, and drivers in software, are not a graphics card', async () => {
  await install(
    LOADER,
    'usr/share/vulkan/icd.d/nvidia_icd.json',
    'usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
  )
  expect(isWebgpuInSoftware(machine())).toBe(true)
  await install('dev/nvidiactl')
  expect(isWebgpuInSoftware(machine())).toBe(true)
  await install('dev/nvidia0')
  expect(isWebgpuInSoftware(machine())).toBe(false)
  const swiftshader = join(root, 'opt/vk_swiftshader_icd.json')
  await install('opt/vk_swiftshader_icd.json')
  expect(isWebgpuInSoftware(machine({ VK_DRIVER_FILES: swiftshader }))).toBe(true)
})
