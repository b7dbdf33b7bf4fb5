/** The weights that are there, as models/manifest.json tells: a file that is not exactly what it names is refused. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Network } from './engines/engine.ts'

export type Model = {
  stage: Network
  /** Relative to models/. */
  file: string
  sha256: string
  /** Names of the input's channels, in order; see tensor.ts for those it can make. */
  inputs: string[]
  /** Side of the picture the network sees, as a share of the working size. */
  scale: number
}

export type Weights = Model & { bytes: Uint8Array }

/** What the quick evaluation measured with these weights, by number of strokes (models/evaluation/quick.ts). */
export type QuickNumbers = Record<string, Record<'draft' | 'refined', QuickMeasures>>
export type QuickMeasures = { psnr: number; difference: number; chroma: number; hintDifference?: number }

const folder = new URL('./', import.meta.url)

/** What the manifest says of the weights; the files are not looked at. */
export async function readModels(): Promise<Model[]> {
  const { models } = JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8')) as {
    models: Model[]
  }
  return models
}

/** Reads and checks both networks' weights. @throws Error with a sentence that names the file at fault. */
export async function readWeights(): Promise<Record<Network, Weights>> {
  const models = await readModels()
  const read = async (network: Network): Promise<Weights> => {
    const model = models.find(({ stage }) => stage === network)
    if (!model) throw new Error(`models/manifest.json names no ${network} network`)
    const bytes = await readFile(new URL(model.file, folder)).catch(() => {
      throw new Error(`models/${model.file} is missing; models/manifest.json names it`)
    })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    if (sha256 !== model.sha256) {
      throw new Error(
        `models/${model.file} is not the file that models/manifest.json names (sha256 ${sha256})`,
      )
    }
    return { ...model, bytes }
  }
  return { draft: await read('draft'), refine: await read('refine') }
}

/** Undefined when the quick evaluation was not noted since the weights were published. */
export async function readQuick(): Promise<QuickNumbers | undefined> {
  const { quick } = JSON.parse(await readFile(new URL('manifest.json', folder), 'utf8')) as {
    quick?: QuickNumbers
  }
  return quick
}
