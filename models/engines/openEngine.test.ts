import { expect, it } from 'vitest'
import { readWeights } from '../manifest.ts'
import { engineTable } from './engineTable.ts'
import { openEngine } from './openEngine.ts'

const weights = await readWeights()

it('E19 an engine that lacks something is refused with what it lacks and the remedy, and nothing is loaded', async () => {
  const { cuda } = engineTable
  const entry = {
    ...cuda,
    missing: () => 'its library is away',
    open: () => Promise.reject(new Error('loaded')),
  }
  engineTable.cuda = entry
  await expect(openEngine('cuda', { weights, threads: 1 })).rejects.toThrow(
    `the engine cuda cannot run here: its library is away; ${cuda.remedy}, or set NURIE_ENGINE to auto`,
  )
  engineTable.cuda = cuda!
})

it('E19 one that nothing lacks, as far as one sees, but that does not start is refused alike', async () => {
  const broken = { ...weights, refine: { ...weights.refine, bytes: new Uint8Array(64) } }
  await expect(openEngine('cpu', { weights: broken, threads: 1 })).rejects.toThrow(
    /^the engine cpu cannot run here: .+; install the packages again/,
  )
})
