import { engineContract } from './engineContract.fixture.ts'
import { readWeights } from '../manifest.ts'
import { openOnnxEngine } from './onnx.ts'

engineContract('ONNX Runtime on the CPU', async () => {
  const models = await readWeights()
  return { models, engine: await openOnnxEngine({ weights: models, threads: 2 }) }
})
