/** The image process: does one job after the other and answers each exactly once. Holds nothing between jobs. */
import { colorsOf, underLines } from '../../shared/upsampler.ts'
import { decodeDrawing } from '../../files/drawing.ts'
import {
  decodeHints,
  decodeSketch,
  encodeGreyPng,
  encodePng,
  encodeRgbaPng,
  encodeWebpWithin,
  refuseLargeUpload,
} from '../../files/image.ts'
import { readPalette } from '../../shared/paletteFiles/paletteFormats.ts'
import { decodeCleaned } from '../../files/cleanedSketch.ts'
import { decodeHintsFile, strokesOn, type SavedRegion } from '../../files/hintsFile.ts'
import type { Size } from '../../shared/workSize.ts'
import { withoutAlpha, type GreyPage, type RgbPicture } from '../../shared/picture.ts'
import { Refusal } from '../../shared/refusal.ts'
import { decoded, documentOf, pageOf } from '../../shared/strokes.ts'
import { limits } from '../../shared/limits.ts'
import { readLook, type PageLook } from '../../shared/pageSettings.ts'
import type { RefusalCode } from '../../shared/protocol.ts'
import { endWithParent } from '../child.ts'
import { importedRoom, type ImportBounds } from '../wholeRoom/importedRoom.ts'
import type { PackedRoom } from '../wholeRoom/packedRoom.ts'
import type { CleanHints, Colors, LineArt, Look } from './images.ts'
import { capMemory } from './memoryCap.ts'
import { spreadHints } from './spreadHints.ts'

export type ImageJob =
  | { kind: 'lineArt' | 'sketch'; bytes: Uint8Array; clean: boolean }
  | { kind: 'palette'; bytes: Uint8Array }
  | { kind: 'hints'; bytes: Uint8Array; page: Size }
  | { kind: 'importedRoom'; bytes: Uint8Array; bounds: ImportBounds }
  | { kind: 'composite' | 'color'; png: Uint8Array; layer: RgbPicture; look: PageLook }
  | { kind: 'picture'; png: Uint8Array; colors: Colors; look: Look; side: number }

export type ImageReply =
  | { kind: 'lineArt'; line: LineArt }
  | { kind: 'sketch'; line: LineArt }
  | { kind: 'hints'; hints: CleanHints }
  | { kind: 'palette'; colors: number[] }
  | { kind: 'composite'; png: Uint8Array }
  | { kind: 'color'; png: Uint8Array }
  | { kind: 'picture'; webp: Uint8Array }
  | { kind: 'importedRoom'; imported: PackedRoom }
  | { kind: 'refused'; code: RefusalCode }
  | { kind: 'failed'; message: string }

/** What the largest pictures allowed need (24 megapixels of 16 bits and four channels, turned upright), twice. */
const MEMORY_BYTES = 1024 * 1024 * 1024

async function answer(job: ImageJob): Promise<ImageReply> {
  // Files of hints know their own limits.
  if ('bytes' in job && job.kind !== 'hints') refuseLargeUpload(job.bytes)
  switch (job.kind) {
    case 'lineArt':
    case 'sketch': {
      const decode = job.clean ? decodeCleaned : decodeDrawing
      const page = await decode(job.bytes, job.kind === 'lineArt' ? limits.pageSide : undefined)
      return { kind: job.kind, line: await lineArtOf(page) }
    }
    case 'hints':
      return { kind: 'hints', hints: await cleanHints(job.bytes, job.page) }
    case 'palette':
      return { kind: 'palette', colors: readPalette(job.bytes).colors.map(({ color }) => color) }
    case 'importedRoom':
      return { kind: 'importedRoom', imported: await importedRoom(job.bytes, job.bounds) }
    case 'composite':
      return {
        kind: 'composite',
        png: await encodePng(underLines(job.layer, await decodeSketch(job.png), job.look)),
      }
    case 'picture':
      return { kind: 'picture', webp: await pictureOf(job) }
    case 'color':
      return {
        kind: 'color',
        png: await encodePng(colorsOf(job.layer, await decodeSketch(job.png), job.look)),
      }
  }
}

const lineArtOf = async (page: GreyPage): Promise<LineArt> => ({
  width: page.width,
  height: page.height,
  png: await encodeGreyPng(page),
})

/** Strokes on that page, as a document; a picture as it is. */
async function cleanHints(bytes: Uint8Array, page: Size): Promise<CleanHints> {
  const hints = await decodeHintsFile(bytes)
  if ('picture' in hints) return { png: await encodeRgbaPng(hints.picture) }
  const { strokes, finished } = strokesOn(page, hints)
  return {
    document: documentOf(strokes),
    finished: await cleanRegions(finished),
    guests: hints.guests,
    look: hints.look,
  }
}

const cleanRegions = (regions: readonly SavedRegion[]): Promise<SavedRegion[]> =>
  Promise.all(
    regions.map(async ({ left, top, picture, flats }) => ({
      left,
      top,
      picture: await encodeRgbaPng(await decodeHints(picture)),
      flats: await encodeRgbaPng(await decodeHints(flats)),
    })),
  )

/** Long side at which colors are put under lines, at least. */
const LEAST_SIDE = 1024

async function pictureOf({ png, colors, look, side }: ImageJob & { kind: 'picture' }): Promise<Uint8Array> {
  // A small picture is made of a larger one: colors stop at lines that are wide enough to tell their sides.
  const page = await decodeSketch(png, Math.max(side, LEAST_SIDE))
  return encodeWebpWithin(underLines(await layerOf(png, colors), page, lookOf(look)), side)
}

const lookOf = (look: Look): PageLook =>
  'document' in look ? readLook(pageOf(decoded(look.document))) : look

async function layerOf(png: Uint8Array, colors: Colors): Promise<RgbPicture> {
  if ('layer' in colors) return colors.layer
  if ('frame' in colors) return withoutAlpha(await decodeHints(colors.frame))
  return spreadHints(await decodeSketch(png), colors.document)
}

endWithParent()
capMemory(MEMORY_BYTES)
process.on('message', (job: ImageJob) => {
  answer(job)
    .catch((error: unknown): ImageReply => {
      if (error instanceof Refusal) return { kind: 'refused', code: error.code }
      return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
    })
    .then((reply) => process.send!(reply))
    .catch(() => process.exit(1))
})
