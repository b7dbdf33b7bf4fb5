/** Colors sketches one after the other with one engine, which starts with the first of them. */
import { availableParallelism } from 'node:os'
import { decodeCleaned } from '../../files/cleanedSketch.ts'
import { encodePage, type ColoredPage } from '../../files/coloredPage.ts'
import { decodeDrawing } from '../../files/drawing.ts'
import { hintLayers, hintPicture } from '../../files/hintLayers.ts'
import { decodeHintsFile, strokesOn, type SavedRegion } from '../../files/hintsFile.ts'
import { decodeHints, refuseLargeUpload } from '../../files/image.ts'
import { plainLook } from '../../shared/pageSettings.ts'
import type { GreyPage } from '../../shared/picture.ts'
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
        refuseLargeUpload(sketch.bytes)
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
      const hinted = hints
        ? await blaming(hints.path, () => paintHints(coloring, page, hints.bytes, size === undefined))
        : { look: plainLook, hints: [] }
      const layers = await layersOf({ engine, models, page, coloring }, stage)
      const { width, height } = page
      return { width, height, encode: () => encodePage(format, { page, ...layers, ...hinted }) }
    },
    close: async () => (await opened)?.close(),
  }
}

/** Gives how the page looks that the hints are of, and the hints as layers. */
async function paintHints(
  coloring: PageColoring,
  page: GreyPage,
  bytes: Uint8Array,
  isRoomSize: boolean,
): Promise<Pick<ColoredPage, 'look' | 'hints'>> {
  const hints = await decodeHintsFile(bytes)
  if ('picture' in hints) {
    coloring.setPicture(hints.picture)
    return { look: plainLook, hints: [hintPicture(page, hints.picture)] }
  }
  const { strokes, finished } = strokesOn(page, hints)
  // Those are of the size that rooms are colored at.
  if (isRoomSize) coloring.setFinished(await Promise.all(finished.map(decodedRegion)))
  coloring.setStrokes(strokes)
  const names = new Map(hints.guests.map(({ id, name }) => [id, name]))
  return { look: hints.look, hints: hintLayers(page, strokes, (guest) => names.get(guest) ?? 'Guest') }
}

const decodedRegion = async ({ picture, flats, ...place }: SavedRegion): Promise<FinishedPatch> => ({
  left: place.left,
  top: place.top,
  picture: await decodeHints(picture),
  flats: await decodeHints(flats),
})

type Coloring = { engine: Engine; models: Record<Network, Weights>; page: GreyPage; coloring: PageColoring }

async function layersOf(
  { coloring, ...parts }: Coloring,
  stage: Request['stage'],
): Promise<Pick<ColoredPage, 'layer' | 'flats'>> {
  if (stage === 'draft') {
    const layer = await coloring.draft()
    return { layer, flats: await coloring.sortedFlats(layer) }
  }
  const shown = await coloring.shown()
  const flats = await coloring.sortedFlats(shown.picture)
  return { layer: await finished(finalPass({ ...parts, shown })), flats }
}

/** Faults of a file name it. */
async function blaming<Value>(path: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    throw new Fault(faultText(error, path), { cause: error })
  }
}
