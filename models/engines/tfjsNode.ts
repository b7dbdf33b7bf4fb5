/**
 * TensorFlow itself under TensorFlow.js: tfjs-node or tfjs-node-gpu, as `npm run engine:tfjs` sets it up or as the operator installed it
 * in node_modules. The only file that loads them. A call blocks its thread, also where it returns a promise.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import util from 'node:util'
import type { TensorFlow, TfjsBackend } from './tfjsBackend.ts'
import { READY, tfjsFolder, tfjsKinds, tfjsPackages, type TfjsKind } from './tfjsFolder.ts'

/** What of tfjs-node's backend is read here. */
type NodeBackend = { isUsingGpuDevice: boolean; binding: { TF_Version: string } }

const require = createRequire(import.meta.url)

/** The best build that is installed. */
export function installedTfjs(): TfjsKind | undefined {
  return tfjsKinds.find((kind) => placeOf(kind, tfjsFolder(kind)) !== undefined)
}

export type TfjsNodeOptions = {
  kind: TfjsKind
  /** For the whole process and from its first engine on: TensorFlow reads them once. */
  threads: number
  /** Where `npm run engine:tfjs` put it. */
  folder?: string
}

/** @throws Error when this build is not installed or does not load here, with what helps. */
export function openTfjsNode({ kind, threads, folder = tfjsFolder(kind) }: TfjsNodeOptions): TfjsBackend {
  const remedy = `\`npm run engine:tfjs -- ${kind}\` sets it up.`
  const place = placeOf(kind, folder)
  if (!place) throw new Error(`${tfjsPackages[kind]} is not installed: ${remedy}`)
  prepareProcess(threads)
  let tf: TensorFlow
  try {
    tf = require(place) as TensorFlow
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    const again = `Delete ${folder}; ${remedy}`
    throw new Error(`${tfjsPackages[kind]} does not load here (${why}). ${again}`, { cause: error })
  }
  const { isUsingGpuDevice, binding } = tf.backend() as unknown as NodeBackend
  const cpu = `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  const fallen = kind === 'gpu' ? ' (no GPU it can use)' : ''
  return { tf, device: `TensorFlow ${binding.TF_Version}, ${isUsingGpuDevice ? 'GPU' : cpu + fallen}` }
}

function placeOf(kind: TfjsKind, folder: string): string | undefined {
  if (existsSync(join(folder, READY))) return join(folder, 'node_modules', tfjsPackages[kind])
  try {
    return require.resolve(tfjsPackages[kind])
  } catch {
    return undefined
  }
}

/** What TensorFlow reads once, when it is loaded. What the operator set stays. */
function prepareProcess(threads: number): void {
  process.env.TF_NUM_INTRAOP_THREADS ??= String(threads)
  process.env.TF_NUM_INTEROP_THREADS ??= '1'
  // It calls it an error that there is no GPU; the engine's device says so.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3'
  // Else it takes all of the GPU's memory at once, and rounds to 10 bits there: engines shall agree.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
  process.env.NVIDIA_TF32_OVERRIDE ??= '0'
  // tfjs-node 4.22 calls what Node 23 took away.
  const old = util as { isNullOrUndefined?: (value: unknown) => boolean }
  old.isNullOrUndefined ??= (value) => value === null || value === undefined
}
