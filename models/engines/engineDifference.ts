/**
 * How far an engine is from another, trusted one: fast is worth nothing when the colors are wrong, and drivers of graphics cards
 * have been seen to compute wrongly without a word. Both networks see what they see of a small page.
 */
import type { Model } from '../manifest.ts'
import { PageColoring } from '../pageColoring.ts'
import { boxHint, boxPage } from './boxPage.ts'
import type { Engine, Network } from './engine.ts'

/** The largest difference of any number the networks give, in levels of 255. */
export async function engineDifference(
  engine: Engine,
  trusted: Engine,
  models: Record<Network, Model>,
): Promise<number> {
  let most = 0
  const both: Engine = {
    ...trusted,
    async run(network, input) {
      const expected = await trusted.run(network, input)
      const made = await engine.run(network, input)
      // What is no number is as far off as can be.
      for (let i = 0; i < expected.data.length; i++) {
        const apart = Math.abs(made.data[i]! - expected.data[i]!)
        most = Math.max(most, Number.isNaN(apart) ? Infinity : apart)
      }
      return expected
    },
  }
  const coloring = new PageColoring({ engine: both, models, page: boxPage() })
  coloring.setPicture(boxHint())
  await coloring.draft()
  await coloring.refine()
  return 255 * most
}
