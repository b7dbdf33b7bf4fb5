/** Colors sketches one after the other with one engine, which starts with the first of them. */
import { availableParallelism } from 'node:os'
import { decodeCleaned } from '../../files/cleanedSketch.ts'
import { decodeDrawing } from '../../files/drawing.ts'
import { fileKindOf } from '../../shared/fileKind.ts'
import { decodeHintsFile, strokesOn, type SavedRegion } from '../../files/hintsFile.ts'
import { decodeHints, encodePng, refuseLargeUpload } from '../../files/image.ts'
import { limits } from '../../shared/limits.ts'
import { Refusal } from '../../shared/refusal.ts'
import { plainLook, type PageLook } from '../../shared/pageSettings.ts'
import type { GreyPage, RgbPicture } from '../../shared/picture.ts'
import { colorsOf, underLines } from '../../shared/upsampler.ts'
import type { Engine, Network } from '../engines/engine.ts'
import { openOnnxEngine } from '../engines/onnx.ts'
import { finalPass, finished } from '../finalPass.ts'
import type { FinishedPatch } from '../finishedRegions.ts'
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
        refuseLarge(sketch.bytes)
        return clean ? decodeCleaned(sketch.bytes) : decodeDrawing(sketch.bytes)
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
        ? await blaming(hints.path, () => paintHints(coloring, page, hints.bytes, size === undefined))
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

function refuseLarge(bytes: Uint8Array): void {
  const kind = fileKindOf(bytes)
  if (kind !== 'psd' && kind !== 'ora') refuseLargeUpload(bytes)
  else if (bytes.length > limits.fileBytes) throw new Refusal('file-too-large')
}

/** Gives how the page looks that the hints are of. */
async function paintHints(
  coloring: PageColoring,
  page: GreyPage,
  bytes: Uint8Array,
  isRoomSize: boolean,
): Promise<PageLook> {
  const hints = await decodeHintsFile(bytes)
  if ('picture' in hints) coloring.setPicture(hints.picture)
  else {
    const { strokes, finished } = strokesOn(page, hints)
    // Those are of the size that rooms are colored at.
    if (isRoomSize) coloring.setFinished(await Promise.all(finished.map(decodedRegion)))
    coloring.setStrokes(strokes)
  }
  return 'picture' in hints ? plainLook : hints.look
}

const decodedRegion = async ({ picture, flats, ...place }: SavedRegion): Promise<FinishedPatch> => ({
  left: place.left,
  top: place.top,
  picture: await decodeHints(picture),
  flats: await decodeHints(flats),
})

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
