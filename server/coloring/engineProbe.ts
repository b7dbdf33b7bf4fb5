/** A process that opens one engine, says how fast it is, or why it does not work, and ends: a broken driver ends this process only. */
import type { EngineName } from '../../models/engines/engine.ts'
import { measureEngine } from '../../models/engines/measureEngine.ts'
import { openEngine } from '../../models/engines/openEngine.ts'
import type { Measured } from '../../models/engines/chooseEngine.ts'
import { readWeights } from '../../models/manifest.ts'
import { endWithParent } from '../child.ts'

async function measure(name: EngineName, threads: number): Promise<Measured> {
  try {
    const weights = await readWeights()
    return { ms: await measureEngine(await openEngine(name, { weights, threads }), weights) }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}

endWithParent()
const [, , name, threads] = process.argv
process.send!(await measure(name as EngineName, Number(threads)), () => process.exit(0))
