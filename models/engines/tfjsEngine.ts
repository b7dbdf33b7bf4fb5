/** The engine over any backend of TensorFlow.js: the same ONNX weights, read here and run as its calls. `run` blocks its thread. */
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import { networks, type Engine, type Network, type Tensor } from './engine.ts'
import type { Weights } from '../manifest.ts'
import { readOnnx } from './onnxGraph.ts'
import type { TfjsBackend } from './tfjsBackend.ts'
import { tfjsGraph, type TfjsGraph } from './tfjsGraph.ts'

/** Loads both networks. @throws Error when they hold an operator that is not known. */
export function tfjsEngine({ tf, device }: TfjsBackend, weights: Record<Network, Weights>): Engine {
  const graphs = {} as Record<Network, TfjsGraph>
  for (const network of networks) graphs[network] = tfjsGraph(tf, readOnnx(weights[network].bytes))
  return {
    name: 'tfjs',
    device,
    async run(network, { data, channels, height, width }): Promise<Tensor> {
      const expected = weights[network].inputs.length
      if (channels !== expected) throw new Error(`${network} takes ${expected} channels, not ${channels}`)
      if (height % 32 !== 0 || width % 32 !== 0) throw new Error(`${width}x${height} is no multiple of 32`)
      const output = tf.tidy(() => {
        const planes = tf.tensor4d(data, [1, channels, height, width])
        const made = graphs[network].run(tf.transpose<Tensor4D>(planes, [0, 2, 3, 1]))
        return tf.transpose<Tensor3D>(tf.squeeze<Tensor3D>(made, [0]), [2, 0, 1])
      })
      const [made, outHeight, outWidth] = output.shape
      const values = await output.data<'float32'>()
      output.dispose()
      return { data: values, channels: made, height: outHeight, width: outWidth }
    },
    close() {
      for (const graph of Object.values(graphs)) graph.dispose()
      return Promise.resolve()
    },
  }
}
