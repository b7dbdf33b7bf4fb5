/**
 * The `tfjs` engine: the networks' ONNX files run by TensorFlow.js, on the best of its backends that is installed: TensorFlow with a GPU,
 * TensorFlow on the CPU, else WebAssembly, which is always there. One backend a process (tfjsBackend.ts).
 */
import type { Engine, Network } from './engine.ts'
import type { Weights } from '../manifest.ts'
import type { TfjsBackend } from './tfjsBackend.ts'
import { tfjsEngine } from './tfjsEngine.ts'
import type { TfjsKind } from './tfjsFolder.ts'
import { installedTfjs, openTfjsNode } from './tfjsNode.ts'

export type TfjsOptions = {
  weights: Record<Network, Weights>
  /** Of TensorFlow on the CPU; WebAssembly has one. */
  threads?: number
  backend?: TfjsKind | 'wasm'
}

/**
 * Loads both networks. A build that is installed and broken is refused rather than passed over: nobody would know why it is slow.
 * @throws Error that says what helps.
 */
export async function openTfjsEngine({
  weights,
  threads = 1,
  backend = installedTfjs() ?? 'wasm',
}: TfjsOptions): Promise<Engine> {
  return tfjsEngine(await openTfjsBackend(backend, threads), weights)
}

async function openTfjsBackend(backend: TfjsKind | 'wasm', threads: number): Promise<TfjsBackend> {
  if (backend !== 'wasm') return openTfjsNode({ kind: backend, threads })
  // Not before it is wanted: two copies of the library would share one process's global state.
  const { openTfjsWasm } = await import('./tfjsWasm.ts')
  return openTfjsWasm()
}
