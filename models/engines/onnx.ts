/**
 * Engines on ONNX Runtime (onnxruntime-node), one for each of its providers: the CPU, a GPU through WebGPU, a GPU through CUDA. The
 * only file that loads it. `run` blocks its thread (see engine.ts). What the draft gives is worked on by the CPU before the
 * refinement reads it, so tensors do not stay on the GPU between the two.
 */
import * as ort from 'onnxruntime-node'
import { networks, type Engine, type Network, type Tensor } from './engine.ts'
import { isWebgpuInSoftware } from './gpuParts.ts'
import type { Weights } from '../manifest.ts'

export type OnnxProvider = 'cpu' | 'webgpu' | 'cuda'

/** What ONNX Runtime lets one choose; README.md here tells what each was measured to do. */
export type Tuning = {
  /** Threads that wait for the next layer keep their core. */
  spinning: boolean
  /** Freed memory is kept for the next run. */
  arena: boolean
  /** The memory of a run is planned by the run before it of the same shape. */
  pattern: boolean
}

export type OnnxOptions = {
  weights: Record<Network, Weights>
  threads: number
  provider?: OnnxProvider
  tuning?: Tuning
}

/** Threads that wait spinning take the cores from the server beside them. */
export const tuned: Tuning = { spinning: false, arena: true, pattern: true }

/** Loads both networks. @throws Error when ONNX Runtime cannot read the weights, or has no such provider here. */
export async function openOnnxEngine(options: OnnxOptions): Promise<Engine> {
  const { weights, threads, provider = 'cpu' } = options
  const sessions = {} as Record<Network, ort.InferenceSession>
  for (const network of networks) {
    sessions[network] = await ort.InferenceSession.create(weights[network].bytes, sessionOptions(options))
  }
  return {
    name: provider,
    device: deviceOf(provider, threads),
    async run(network, { data, channels, height, width }): Promise<Tensor> {
      const expected = weights[network].inputs.length
      if (channels !== expected) throw new Error(`${network} takes ${expected} channels, not ${channels}`)
      if (height % 32 !== 0 || width % 32 !== 0) throw new Error(`${width}x${height} is no multiple of 32`)
      const input = new ort.Tensor('float32', data, [1, channels, height, width])
      const { output } = await sessions[network].run({ input })
      if (!output) throw new Error(`${network} gave no output`)
      const [, made, outHeight, outWidth] = output.dims as [number, number, number, number]
      return { data: output.data as Float32Array, channels: made, height: outHeight, width: outWidth }
    },
    async close() {
      for (const session of Object.values(sessions)) await session.release()
    },
  }
}

function sessionOptions({
  threads,
  provider = 'cpu',
  tuning = tuned,
}: OnnxOptions): ort.InferenceSession.SessionOptions {
  return {
    executionProviders: providersOf(provider),
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: tuning.arena,
    enableMemPattern: tuning.pattern,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: tuning.spinning ? '1' : '0' } } },
  }
}

/** An operator that a GPU does not know runs on the CPU. */
function providersOf(provider: OnnxProvider): ort.InferenceSession.ExecutionProviderConfig[] {
  if (provider === 'cpu') return ['cpu']
  // In its own layout, NHWC, it miscomputes a convolution of the input when the channels are a multiple of 3 above 3 and not of 4:
  // the refinement has 15, and its pictures were up to 29 levels of 255 off (ONNX Runtime 1.30, as in microsoft/onnxruntime#29651).
  return [provider === 'webgpu' ? { name: 'webgpu', preferredLayout: 'NCHW' } : provider, 'cpu']
}

function deviceOf(provider: OnnxProvider, threads: number): string {
  if (provider === 'cpu') return `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`
  if (provider === 'cuda') return 'GPU through CUDA'
  return isWebgpuInSoftware() ? 'CPU, as a GPU in software through WebGPU' : 'GPU through WebGPU'
}
