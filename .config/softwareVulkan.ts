/**
 * A Vulkan driver in software, SwiftShader, for tests of the WebGPU engine on machines without a graphics card. Every Chromium
 * brings it, with a loader of its own; the browser tests need Chromium anyway.
 */
import { chromium } from '@playwright/test'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

const DRIVER = 'vk_swiftshader_icd.json'
const LOADER = 'libvulkan.so.1'

/** What a process must be started with to use it; nothing when there is none. */
export function softwareVulkan(): Record<string, string> {
  const { CHROMIUM_PATH: own } = process.env
  const folders = [
    ...(own && existsSync(own) ? [dirname(realpathSync(own))] : []),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/opt/google/chrome',
    dirname(chromium.executablePath()),
  ]
  const folder = folders.find((path) => [DRIVER, LOADER].every((file) => existsSync(join(path, file))))
  if (!folder) return {}
  const driver = join(folder, DRIVER)
  const paths = [folder, process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':')
  // The second name is that of older loaders.
  return { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: paths }
}
