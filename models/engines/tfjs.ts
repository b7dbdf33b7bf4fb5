/** The `tfjs` engine: the networks' ONNX files run by TensorFlow.js. */
import type { Engine, Network } from './engine.ts'
import type { Weights } from '../manifest.ts'
import { tfjsEngine } from './tfjsEngine.ts'
import { openTfjsWasm } from './tfjsWasm.ts'

export type TfjsOptions = { weights: Record<Network, Weights> }

export async function openTfjsEngine({ weights }: TfjsOptions): Promise<Engine> {
  return tfjsEngine(await openTfjsWasm(), weights)
}
