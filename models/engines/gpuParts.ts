/**
 * What this machine has of what a GPU engine needs, looked at from outside: a few files, nothing is loaded. A null means that nothing
 * is known to be missing; whether it works shows when the engine is opened.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'

/** A machine; tests look at others than this one. `root` is put before every absolute path. */
export type Machine = { platform: string; root: string; env: Record<string, string | undefined> }

const thisMachine: Machine = { platform: process.platform, root: '/', env: process.env }

const CUDA_PARTS = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so']
const LOADER = 'libvulkan.so.1'
const LIBRARY_FOLDERS = ['lib', 'lib64', 'usr/lib', 'usr/lib64', 'usr/local/lib']
const DRIVER_FOLDERS = ['etc', 'usr/share', 'usr/local/share', 'usr/local/etc'].map(
  (path) => `${path}/vulkan/icd.d`,
)
/** SwiftShader and Mesa's lavapipe: they draw on the CPU. */
const IN_SOFTWARE = /swiftshader|lvp_icd|lavapipe/i

const listOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** The folder of onnxruntime-node's native library. */
function bindingFolder(): string | undefined {
  const bin = join(createRequire(import.meta.url).resolve('onnxruntime-node'), '../../bin')
  const folders = listOf(bin).map((napi) => join(bin, napi, process.platform, process.arch))
  return folders.find((folder) => existsSync(join(folder, 'onnxruntime_binding.node')))
}

/** ONNX Runtime's CUDA provider, which an operator installs. */
export function missingForCuda(folder = bindingFolder()): string | null {
  if (!folder) return `ONNX Runtime has no files for ${process.platform} on ${process.arch}`
  const missing = CUDA_PARTS.find((file) => !existsSync(join(folder, file)))
  return missing === undefined ? null : `ONNX Runtime's CUDA provider is not installed (${missing})`
}

/** On Linux a Vulkan loader and a driver; elsewhere the system brings what WebGPU needs. */
export function missingForWebgpu(machine = thisMachine): string | null {
  if (machine.platform !== 'linux') return null
  if (!hasLoader(machine)) return `no Vulkan loader (${LOADER})`
  return driversOf(machine).length === 0 ? 'no Vulkan driver' : null
}

/** Whether WebGPU would draw on the CPU, which takes longer than the CPU engine does. */
export function isWebgpuInSoftware(machine = thisMachine): boolean {
  if (machine.platform !== 'linux') return false
  const hasCard =
    existsSync(join(machine.root, 'dev/dxg')) ||
    listOf(join(machine.root, 'dev/dri')).some((name) => name.startsWith('renderD')) ||
    listOf(join(machine.root, 'dev')).some((name) => /^nvidia\d+$/.test(name))
  return !hasCard || driversOf(machine).every((file) => IN_SOFTWARE.test(file))
}

function hasLoader({ root, env }: Machine): boolean {
  const folders = (env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter((path) => path !== '')
  const standard = LIBRARY_FOLDERS.map((path) => join(root, path))
  // Debian keeps those of each architecture in a folder of its own. Others (browsers') are not where a process looks.
  const nested = standard.flatMap((folder) =>
    listOf(folder)
      .filter((name) => /-linux-/.test(name))
      .map((name) => join(folder, name)),
  )
  if ([...folders, ...standard, ...nested].some((folder) => existsSync(join(folder, LOADER)))) return true
  const known = join(root, 'etc/ld.so.cache')
  return existsSync(known) && readFileSync(known).includes(LOADER)
}

/** The drivers' manifests: those the environment names, and no others, or those that are installed. */
function driversOf({ root, env }: Machine): string[] {
  const named = env['VK_DRIVER_FILES'] || env['VK_ICD_FILENAMES']
  if (named) return named.split(delimiter).filter((file) => existsSync(file))
  return DRIVER_FOLDERS.flatMap((folder) => listOf(join(root, folder))).filter((name) =>
    name.endsWith('.json'),
  )
}
