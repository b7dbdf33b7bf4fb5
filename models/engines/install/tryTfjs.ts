/** The setup's last step (`tryTfjs.ts cpu|gpu THREADS`): prints what the engine runs on once both networks gave a picture on it. */
import { networks } from '../engine.ts'
import { readWeights } from '../../manifest.ts'
import { openTfjsEngine } from '../tfjs.ts'
import type { TfjsKind } from '../tfjsFolder.ts'

const SIDE = 64

const [kind, threads] = process.argv.slice(2) as [TfjsKind, string]
const weights = await readWeights()
const engine = await openTfjsEngine({ weights, backend: kind, threads: Number(threads) })
for (const network of networks) {
  const channels = weights[network].inputs.length
  const data = new Float32Array(channels * SIDE * SIDE)
  const output = await engine.run(network, { data, channels, height: SIDE, width: SIDE })
  if (!output.data.every(Number.isFinite)) throw new Error(`The ${network} network gives no numbers on it.`)
}
await engine.close()
process.stdout.write(`${engine.device}\n`)
