/** What every engine promises (engine.ts), as one suite that each backend runs with the real weights. */
import { afterAll, describe, expect, it } from 'vitest'
import type { Engine, Network, Tensor } from './engine.ts'
import type { Model } from '../manifest.ts'
import { PageColoring } from '../pageColoring.ts'
import { BOX_SIDE, boxHint, boxPage } from './boxPage.ts'

export type EngineUnderTest = { engine: Engine; models: Record<Network, Model> }

/** `sides` of the pictures it runs, multiples of 64; a slow engine takes small ones. */
export function engineContract(
  name: string,
  open: () => Promise<EngineUnderTest>,
  sides: readonly [number, number] = [64, 256],
): void {
  describe(`engine contract: ${name}`, () => {
    const opened = open()
    afterAll(async () => (await opened).engine.close())
    const blank = (channels: number, side: number): Tensor => ({
      data: new Float32Array(channels * side * side),
      channels,
      height: side,
      width: side,
    })

    it('E3 gives three channels of the input size, every number finite', async () => {
      const { engine, models } = await opened
      for (const network of ['draft', 'refine'] as const) {
        for (const side of sides) {
          const output = await engine.run(network, blank(models[network].inputs.length, side))
          expect(output).toMatchObject({ channels: 3, height: side, width: side })
          expect(output.data.every((value) => Number.isFinite(value))).toBe(true)
        }
      }
    })

    it('E3 is stateless: the same input gives the same output', async () => {
      const { engine, models } = await opened
      const input = () => {
        const tensor = blank(models.draft.inputs.length, 64)
        for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = (i % 97) / 97
        return tensor
      }
      const first = await engine.run('draft', input())
      await engine.run('refine', blank(models.refine.inputs.length, 64))
      expect((await engine.run('draft', input())).data).toEqual(first.data)
    })

    it('E3 leaves the input as it was, and an output as it is when the next input is made in the same buffer', async () => {
      const { engine, models } = await opened
      const input = blank(models.draft.inputs.length, 64)
      input.data.fill(0.25)
      const first = await engine.run('draft', input)
      expect(input.data.every((value) => value === 0.25)).toBe(true)
      const kept = first.data.slice()
      input.data.fill(0.75)
      expect((await engine.run('draft', input)).data).not.toEqual(kept)
      expect(first.data).toEqual(kept)
    })

    it('E3 refuses wrong channels and sides that are no multiples of 32', async () => {
      const { engine, models } = await opened
      await expect(engine.run('draft', blank(3, 64))).rejects.toThrow(/channels/)
      await expect(engine.run('draft', blank(models.draft.inputs.length, 40))).rejects.toThrow(
        /multiple of 32/,
      )
    })

    it('E3 colors a page: inside a closed box the hint shows, in both stages', async () => {
      const page = boxPage()
      const { engine, models } = await opened
      const coloring = new PageColoring({ engine, models, page, side: sides[1] })
      coloring.setPicture(boxHint())
      for (const { rgb, width } of [await coloring.draft(), await coloring.refine()]) {
        for (const [x, y] of [
          [130, 130],
          [80, 80],
          [180, 180],
        ] as const) {
          const at = (along: number) => Math.floor((along * width) / BOX_SIDE)
          const [r, g, b] = rgb.subarray(3 * (at(y) * width + at(x)))
          expect(Math.abs(r! - 0x20), `red at ${x},${y}`).toBeLessThan(40)
          expect(Math.abs(g! - 0xa0), `green at ${x},${y}`).toBeLessThan(40)
          expect(Math.abs(b! - 0x40), `blue at ${x},${y}`).toBeLessThan(40)
        }
      }
    })
  })
}
