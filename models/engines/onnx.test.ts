import { engineContract } from './engineContract.fixture.ts'
import { readWeights } from '../manifest.ts'
import { openEngine } from './openEngine.ts'

engineContract('ONNX Runtime on the CPU', async () => {
  const weights = await readWeights()
  return { models: weights, engine: await openEngine('cpu', { weights, threads: 2 }) }
})
