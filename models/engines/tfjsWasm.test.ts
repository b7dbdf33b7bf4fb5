import { readWeights } from '../manifest.ts'
import { engineAgreement } from './engineAgreement.fixture.ts'
import { engineContract } from './engineContract.fixture.ts'
import { tfjsAgreement } from './tfjsAgreement.fixture.ts'
import { tfjsEngine } from './tfjsEngine.ts'
import { openTfjsWasm } from './tfjsWasm.ts'

const open = async () => {
  const models = await readWeights()
  return { models, engine: tfjsEngine(await openTfjsWasm(), models) }
}

engineContract('TensorFlow.js on WebAssembly', open)
engineAgreement('TensorFlow.js on WebAssembly', open, 256)

tfjsAgreement('TensorFlow.js on WebAssembly', openTfjsWasm)
