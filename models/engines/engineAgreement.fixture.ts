/** Whether an engine makes the same pictures as the CPU engine, from strokes to color layer, on a bundled drawing. */
import { describe, expect, it } from 'vitest'
import type { Engine } from './engine.ts'
import type { EngineUnderTest } from './engineContract.fixture.ts'
import { PageColoring } from '../pageColoring.ts'
import { dabs, samplePage } from '../sampleRoom.fixture.ts'
import { openEngine } from './openEngine.ts'
import { readWeights } from '../manifest.ts'

/** Levels of 255 by which a pixel may differ. */
const APART = 2

/** `side`: the working size; a slow engine takes a small one. */
export function engineAgreement(name: string, open: () => Promise<EngineUnderTest>, side = 512): void {
  describe(`engine agreement: ${name}`, () => {
    it(`E3 gives the pictures of the CPU engine, draft and refined, within ${APART} levels of 255`, async () => {
      const page = await samplePage('songbird', 512)
      const strokes = dabs(page, 8)
      const picturesOf = async ({ engine, models }: EngineUnderTest) => {
        const coloring = new PageColoring({ engine, models, page, side })
        coloring.setStrokes(strokes)
        return { draft: (await coloring.draft()).rgb, refined: (await coloring.refine()).rgb }
      }
      const weights = await readWeights()
      const cpu: Engine = await openEngine('cpu', { weights, threads: 2 })
      const expected = await picturesOf({ engine: cpu, models: weights })
      await cpu.close()
      const made = await open()
      const pictures = await picturesOf(made)
      await made.engine.close()
      for (const stage of ['draft', 'refined'] as const) {
        const there = expected[stage]
        // A page of one color would be alike whatever an engine does.
        expect(new Set(there).size, 'levels in the picture').toBeGreaterThan(50)
        expect(pictures[stage].length).toBe(there.length)
        const apart = pictures[stage].reduce(
          (most, value, i) => Math.max(most, Math.abs(value - there[i]!)),
          0,
        )
        expect(apart, stage).toBeLessThanOrEqual(APART)
      }
    })
  })
}
