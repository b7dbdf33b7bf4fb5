/** Colors sketches one after the other with one engine, which starts with the first of them. */
import { availableParallelism } from 'node:os'
import { decodeCleaned } from '../../files/cleanedSketch.ts'
import { decodeHintsFile, strokesOn } from '../../files/hintsFile.ts'
import { decodeSketch, encodePng, refuseLargeUpload } from '../../files/image.ts'
import { plainLook, type PageLook } from '../../shared/pageSettings.ts'
import type { GreyPage, RgbPicture } from '../../shared/picture.ts'
import { colorsOf, underLines } from '../../shared/upsampler.ts'
import type { Engine, Network } from '../engines/engine.ts'
import { openOnnxEngine } from '../engines/onnx.ts'
import { finalPass, finished } from '../finalPass.ts'
import { readWeights, type Weights } from '../manifest.ts'
import { PageColoring } from '../pageColoring.ts'
import { faultText, Fault } from './fault.ts'
import type { Request } from './request.ts'

/** A file as people named it. */
export type NamedBytes = { path: string; bytes: Uint8Array }
/** A colored page that is not encoded yet: that needs other threads than the networks. */
export type Painted = { width: number; height: number; encode(): Promise<Uint8Array> }

export type Painter = {
  /** The weights in use, for whoever remembers what a picture was made from. */
  readonly weights: readonly string[]
  /** @throws Fault */
  paint(sketch: NamedBytes, hints?: NamedBytes): Promise<Painted>
  close(): Promise<void>
}

type How = Pick<Request, 'format' | 'stage' | 'exact' | 'clean'> & {
  size?: number | undefined
  palette?: readonly number[] | undefined
}

export async function openPainter({ format, stage, size, exact, clean, palette }: How): Promise<Painter> {
  const models = await readWeights()
  let opened: Promise<Engine> | undefined
  return {
    weights: Object.values(models).map(({ sha256 }) => sha256),
    async paint(sketch, hints) {
      const page = await blaming(sketch.path, () => {
        refuseLargeUpload(sketch.bytes)
        return clean ? decodeCleaned(sketch.bytes) : decodeSketch(sketch.bytes)
      })
      opened ??= openOnnxEngine({ weights: models, threads: availableParallelism() })
      const engine = await opened
      const coloring = new PageColoring({
        engine,
        models,
        page,
        exact,
        ...(size !== undefined && { side: size }),
        ...(palette && { palette }),
      })
      const look = hints
        ? await blaming(hints.path, () => paintHints(coloring, page, hints.bytes))
        : plainLook
      const layer = await layerOf({ engine, models, page, coloring }, stage)
      const { width, height } = page
      return {
        width,
        height,
        encode: () => encodePng((format === 'png' ? underLines : colorsOf)(layer, page, look)),
      }
    },
    close: async () => (await opened)?.close(),
  }
}

/** Gives how the page looks that the hints are of. */
async function paintHints(coloring: PageColoring, page: GreyPage, bytes: Uint8Array): Promise<PageLook> {
  const hints = await decodeHintsFile(bytes)
  if ('picture' in hints) coloring.setPicture(hints.picture)
  else coloring.setStrokes(strokesOn(page, hints))
  return 'picture' in hints ? plainLook : hints.look
}

type Coloring = { engine: Engine; models: Record<Network, Weights>; page: GreyPage; coloring: PageColoring }

const layerOf = async ({ coloring, ...parts }: Coloring, stage: Request['stage']): Promise<RgbPicture> =>
  stage === 'draft' ? coloring.draft() : finished(finalPass({ ...parts, shown: await coloring.shown() }))

/** Faults of a file name it. */
async function blaming<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    throw new Fault(faultText(error, path), { cause: error })
  }
}
