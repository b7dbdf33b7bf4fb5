/**
 * A process that opens one engine, says how fast it is, or why it is not to be used, and ends: a broken driver ends this process
 * only. An engine whose pictures are not those of the CPU engine does not work.
 */
import type { Measured } from '../../models/engines/chooseEngine.ts'
import type { EngineName } from '../../models/engines/engine.ts'
import { engineDifference } from '../../models/engines/engineDifference.ts'
import { measureEngine } from '../../models/engines/measureEngine.ts'
import { EngineRefusal, openEngine } from '../../models/engines/openEngine.ts'
import { readWeights } from '../../models/manifest.ts'
import { endWithParent } from '../child.ts'

/** Levels of 255 that nobody sees. */
const APART = 2

async function measure(name: EngineName, threads: number): Promise<Measured> {
  const weights = await readWeights()
  const options = { weights, threads }
  const engine = await openEngine(name, options)
  if (name !== 'cpu') {
    const apart = await engineDifference(engine, await openEngine('cpu', options), weights)
    if (!(apart <= APART))
      return { reason: `its colors are wrong by up to ${Math.round(apart)} levels of 255` }
  }
  return { ms: await measureEngine(engine, weights) }
}

endWithParent()
const [, , name, threads] = process.argv
const measured = await measure(name as EngineName, Number(threads)).catch((error: unknown): Measured => {
  if (error instanceof EngineRefusal) return { reason: error.why }
  return { reason: error instanceof Error ? error.message : String(error) }
})
process.send!(measured, () => process.exit(0))
