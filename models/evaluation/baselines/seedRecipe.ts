/**
 * The recipe of the project Nurie grew from ("2-Stage Conditional GAN for Sketch Auto-Coloring"), trained on the same
 * data: seed/draft.onnx sees the line art (1 = paper) and the hints painted on white and blurred, seed/refine.onnx the same
 * and the draft rounded to bytes; both answer with the whole picture, lines included. seed/seed.json tells side and blur.
 */
import { readFile } from 'node:fs/promises'
import type { Network } from '../../engines/engine.ts'
import type { Weights } from '../../manifest.ts'
import { openOnnxEngine } from '../../engines/onnx.ts'
import { rgbOf } from '../../tensor.ts'
import type { Method } from '../method.ts'
import { compared, COMPARED_SIDE } from '../picture.ts'
import { smallHints } from '../smallHints.ts'
import { gaussianBlur } from './gaussianBlur.ts'

const folder = new URL('../seed/', import.meta.url)

/** Sides in pixels; sigma of the blur in pixels of that side. */
type Recipe = { size: number; hintBlurSigma: number }

/** Undefined when the seed's networks are not there. */
export async function openSeedRecipe(
  threads: number,
): Promise<(Method & { close(): Promise<void> }) | undefined> {
  const read = (file: string) => readFile(new URL(file, folder)).catch(() => undefined)
  const [recipe, draft, refine] = await Promise.all([
    read('seed.json'),
    read('draft.onnx'),
    read('refine.onnx'),
  ])
  if (!recipe || !draft || !refine) return undefined
  const { size, hintBlurSigma } = JSON.parse(recipe.toString()) as Recipe
  if (size !== COMPARED_SIDE) throw new Error(`seed.json: size is ${COMPARED_SIDE}, not ${size}`)
  const engine = await openOnnxEngine({
    weights: { draft: weights('draft', draft, 4), refine: weights('refine', refine, 7) },
    threads,
  })
  return {
    names: ['seed'],
    slow: true,
    async color({ picture, pixels }) {
      const plane = size * size
      const input = new Float32Array(7 * plane)
      compared(picture.ink, picture.side, 1).forEach((ink, at) => (input[at] = 1 - ink / 255))
      const hints = paintedOnWhite(smallHints(pixels, picture.side))
      hints.forEach((channel, c) => input.set(gaussianBlur(channel, size, hintBlurSigma), (1 + c) * plane))
      const tensor = (channels: number) => ({
        data: input.slice(0, channels * plane),
        channels,
        height: size,
        width: size,
      })
      const first = await engine.run('draft', tensor(4))
      input.set(roundedToBytes(first.data), 4 * plane)
      return { seed: rgbOf(await engine.run('refine', tensor(7)), { width: size, height: size }) }
    },
    close: () => engine.close(),
  }
}

function weights(stage: Network, bytes: Uint8Array, channels: number): Weights {
  const inputs = Array.from({ length: channels }, (_, i) => String(i))
  return { stage, file: `${stage}.onnx`, sha256: '', inputs, scale: 1, bytes }
}

const roundedToBytes = (values: Float32Array) => values.map((value) => Math.round(255 * value) / 255)

/** Three planes of 0..1. */
function paintedOnWhite(hints: Uint32Array): Float32Array[] {
  return [0, 8, 16].map((shift) =>
    Float32Array.from(hints, (pixel) => (pixel === 0 ? 1 : ((pixel >>> shift) & 255) / 255)),
  )
}
