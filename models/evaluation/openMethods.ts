/** Opens every method there is; what is missing is told in a sentence and left out. */
import type { Engine, Network } from '../engines/engine.ts'
import type { Weights } from '../manifest.ts'
import { bucketFill } from './baselines/bucketFill.ts'
import { openGmic } from './baselines/gmic.ts'
import { levin } from './baselines/levin.ts'
import { map, white } from './baselines/plain.ts'
import { openSeedRecipe } from './baselines/seedRecipe.ts'
import type { Method } from './method.ts'
import { exactNurie, nurie } from './nurie.ts'

export type OpenMethods = { methods: Method[]; notes: string[]; close(): Promise<void> }

export async function openMethods(
  engine: Engine,
  models: Record<Network, Weights>,
  threads: number,
): Promise<OpenMethods> {
  const notes: string[] = []
  const gmic = await openGmic()
  if (!gmic) notes.push("G'MIC is not installed here (no program `gmic`): it was not measured.")
  const seed = await openSeedRecipe(threads)
  if (!seed) notes.push("The seed's networks are not in models/evaluation/seed: its recipe was not measured.")
  const methods = [nurie(engine, models), exactNurie(engine, models), map(), bucketFill(), white, levin]
  return {
    methods: [...methods, ...(gmic ? [gmic] : []), ...(seed ? [seed] : [])],
    notes,
    async close() {
      await gmic?.close()
      await seed?.close()
    },
  }
}
