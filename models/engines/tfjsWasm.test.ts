import { readWeights } from '../manifest.ts'
import { engineContract } from './engineContract.fixture.ts'
import { tfjsAgreement } from './tfjsAgreement.fixture.ts'
import { tfjsEngine } from './tfjsEngine.ts'
import { openTfjsWasm } from './tfjsWasm.ts'

engineContract('TensorFlow.js on WebAssembly', async () => {
  const models = await readWeights()
  return { models, engine: tfjsEngine(await openTfjsWasm(), models) }
})

tfjsAgreement('TensorFlow.js on WebAssembly', openTfjsWasm)
