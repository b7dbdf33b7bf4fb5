/** What the `tfjs` engine promises over the contract, as one suite that each of its backends runs beside ONNX Runtime. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { seeded } from '../../shared/golden.fixture.ts'
import { readWeights, type Weights } from '../manifest.ts'
import { networks, type Engine, type Network, type Tensor } from './engine.ts'
import { openOnnxEngine } from './onnx.ts'
import type { TfjsBackend } from './tfjsBackend.ts'
import { tfjsEngine } from './tfjsEngine.ts'

export function tfjsAgreement(name: string, open: () => Promise<TfjsBackend>): void {
  describe(`agreement: ${name}`, () => {
    let weights: Record<Network, Weights>
    let backend: TfjsBackend
    let engine: Engine
    let onnx: Engine
    beforeAll(async () => {
      weights = await readWeights()
      backend = await open()
      engine = tfjsEngine(backend, weights)
      onnx = await openOnnxEngine({ weights, threads: 2 })
    })
    afterAll(async () => {
      await engine.close()
      await onnx.close()
    })

    /** Numbers without any order, of a page that is not square. */
    const noise = (network: Network): Tensor => {
      const [channels, height, width] = [weights[network].inputs.length, 96, 160]
      const random = seeded(11)
      const data = Float32Array.from({ length: channels * height * width }, () => random(1001) / 1000)
      return { data, channels, height, width }
    }

    it('E16 tfjs gives the numbers of ONNX Runtime within 2/255, any input', async () => {
      for (const network of networks) {
        const expected = await onnx.run(network, noise(network))
        const output = await engine.run(network, noise(network))
        expect({ ...output, data: 0 }).toEqual({ ...expected, data: 0 })
        expect(apart(output.data, expected.data), network).toBeLessThan(2 / 255)
      }
    })

    it('E16 keeps no tensor of a run, nor of an engine that was closed', async () => {
      const before = backend.tf.memory().numTensors
      const other = tfjsEngine(backend, weights)
      const opened = backend.tf.memory().numTensors
      for (let run = 0; run < 3; run++) {
        for (const network of networks) await other.run(network, noise(network))
        expect(backend.tf.memory().numTensors).toBe(opened)
      }
      await expect(other.run('draft', { ...noise('draft'), channels: 1 })).rejects.toThrow(/channels/)
      expect(opened).toBeGreaterThan(before)
      await other.close()
      expect(backend.tf.memory().numTensors).toBe(before)
    })
  })
}

function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < b.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!))
  return most
}
