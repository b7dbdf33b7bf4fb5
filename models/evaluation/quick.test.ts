/** The weights that are committed color no worse than the manifest says. */
import { expect, it } from 'vitest'
import { readQuick, readWeights, type QuickMeasures } from '../manifest.ts'
import { measureQuick } from './quick.ts'

/**
 * Processors round differently in the networks' sums (AVX2, AVX-512, ARM), which moves single pixels by a level and, rarely, an
 * unhinted region to another guess. Weights that are worse move the means of seven pictures by more than this.
 */
const slack = { psnr: 0.2, difference: 0.15, chroma: 0.05, hintDifference: 0.25 }

const remedy = 'run `npm run evaluate -- --quick --write` and look at what changed'

it('colors the quick pictures no worse than the manifest says', { timeout: 120_000 }, async () => {
  await readWeights()
  const noted = await readQuick()
  expect(noted, `models/manifest.json holds no quick numbers: ${remedy}`).toBeDefined()
  const measured = await measureQuick()
  expect(Object.keys(measured), remedy).toEqual(Object.keys(noted!))
  for (const [strokes, stages] of Object.entries(noted!)) {
    for (const [stage, before] of Object.entries(stages)) {
      const now = measured[strokes]![stage as 'draft' | 'refined']
      const faults = worseThan(before, now)
      expect(faults, `${stage} at ${strokes} strokes is worse; if that is meant, ${remedy}`).toEqual([])
    }
  }
})

function worseThan(before: QuickMeasures, now: QuickMeasures): string[] {
  const faults: string[] = []
  const say = (what: string, was: number, is: number) => faults.push(`${what} was ${was}, is ${is}`)
  if (!(now.psnr >= before.psnr - slack.psnr)) say('PSNR', before.psnr, now.psnr)
  if (!(now.difference <= before.difference + slack.difference)) {
    say('CIEDE2000', before.difference, now.difference)
  }
  // Greyer than the noted weights, or more garish: farther from the truth's colorfulness.
  if (!(Math.abs(now.chroma - 1) <= Math.abs(before.chroma - 1) + slack.chroma)) {
    say('chroma ratio', before.chroma, now.chroma)
  }
  const hint = before.hintDifference
  if (hint !== undefined && !(now.hintDifference! <= hint + slack.hintDifference)) {
    say('CIEDE2000 under hints', hint, now.hintDifference!)
  }
  return faults
}
