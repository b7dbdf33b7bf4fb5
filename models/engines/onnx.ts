/** The CPU engine: ONNX Runtime (onnxruntime-node). The only file that knows it. `run` blocks its thread (see engine.ts). */
import * as ort from 'onnxruntime-node'
import { networks, type Engine, type Network, type Tensor } from './engine.ts'
import type { Weights } from '../manifest.ts'

export type OnnxOptions = { weights: Record<Network, Weights>; threads: number }

/** Loads both networks. @throws Error when ONNX Runtime cannot read the weights. */
export async function openOnnxEngine({ weights, threads }: OnnxOptions): Promise<Engine> {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    executionMode: 'sequential',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    // Threads that wait spinning take the cores from the server beside them.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }
  const sessions = {} as Record<Network, ort.InferenceSession>
  for (const network of networks) {
    sessions[network] = await ort.InferenceSession.create(weights[network].bytes, options)
  }
  return {
    name: 'cpu',
    device: `CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
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
