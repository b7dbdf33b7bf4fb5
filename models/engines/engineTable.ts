/** Every engine there is, by name: what it needs, and how it is opened. Looking at the table loads none of them. */
import { isWebgpuInSoftware, missingForCuda, missingForWebgpu } from './gpuParts.ts'
import type { Engine, EngineName, Network } from './engine.ts'
import { installedTfjs } from './tfjsNode.ts'
import type { Weights } from '../manifest.ts'

export type EngineOptions = { weights: Record<Network, Weights>; threads: number }

export type EngineEntry = {
  /** What it lacks on this machine, as far as a look from outside tells; null when it may work. */
  missing(): string | null
  /** Why `auto` does not try it although it may work; null when it does. */
  unwanted(): string | null
  /** What an operator can do when it does not work. */
  remedy: string
  /** @throws Error when it does not work here. */
  open(options: EngineOptions): Promise<Engine>
}

const openOnnx = async (provider: 'cpu' | 'webgpu' | 'cuda', options: EngineOptions) =>
  (await import('./onnx.ts')).openOnnxEngine({ ...options, provider })

/** `auto` tries them in this order. */
export const engineTable: Record<EngineName, EngineEntry> = {
  cuda: {
    missing: missingForCuda,
    unwanted: () => null,
    remedy: 'README.md tells how to install CUDA for it ("Engines")',
    open: (options) => openOnnx('cuda', options),
  },
  webgpu: {
    missing: missingForWebgpu,
    unwanted: () => (isWebgpuInSoftware() ? 'no graphics card, its driver works in software' : null),
    remedy: "install the graphics card's driver and the Vulkan loader (Debian: apt-get install libvulkan1)",
    open: (options) => openOnnx('webgpu', options),
  },
  tfjs: {
    missing: () => null,
    unwanted: () => (installedTfjs() === 'gpu' ? null : 'without a GPU it is slower than the CPU engine'),
    remedy: 'set TensorFlow up with npm run engine:tfjs -- cpu (or gpu)',
    open: async (options) => (await import('./tfjs.ts')).openTfjsEngine(options),
  },
  cpu: {
    missing: () => null,
    unwanted: () => null,
    remedy: 'install the packages again (npm ci)',
    open: (options) => openOnnx('cpu', options),
  },
}
