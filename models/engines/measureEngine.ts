/** How long an engine takes for both networks of a picture at the working size. */
import { networks, type Engine, type Network } from './engine.ts'
import type { Model } from '../manifest.ts'

const SIDE = 512
/** The first runs of a shape plan memory, compile shaders, choose kernels. */
const WARM_UP = 2
const RUNS = 5

/** Milliseconds, the least of a few runs: whatever else the machine does only adds. */
export async function measureEngine(engine: Engine, models: Record<Network, Model>): Promise<number> {
  const taken: number[] = []
  for (let run = 0; run < WARM_UP + RUNS; run++) {
    const began = performance.now()
    for (const network of networks) {
      const { inputs, scale } = models[network]
      const side = SIDE * scale
      const data = new Float32Array(inputs.length * side * side).fill(0.5)
      await engine.run(network, { data, channels: inputs.length, height: side, width: side })
    }
    taken.push(performance.now() - began)
  }
  return Math.min(...taken.slice(WARM_UP))
}
