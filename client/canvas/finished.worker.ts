/** Makes the pictures of finished regions beside the page's own thread: first the page, then one answer a task. */
import type { Region } from '../../shared/fill.ts'
import type { GreyPage, RgbaPicture } from '../../shared/picture.ts'
import type { Size } from '../../shared/workSize.ts'
import { FinishedPainter, type FinishedPictures, type FinishedSheet, type Place } from './finishedPainter.ts'

export type FinishedPage = { kind: 'page'; grey: Uint8Array; page: Size; large: GreyPage }
/** A region's pictures as they came: PNG. */
export type EncodedRegion = { id: string; left: number; top: number; refined: Blob; flats: Blob }
export type FinishedTask =
  | FinishedPage
  /** All there are. */
  | { kind: 'regions'; regions: readonly EncodedRegion[] }
  | { kind: 'region'; place: Place }
export type FinishedPicture = Record<'refined' | 'flats', ImageBitmap>
export type FinishedAnswer =
  | { kind: 'regions'; sheet: FinishedSheet; pictures: FinishedPicture }
  | { kind: 'region'; region: Region | undefined }

let painter: FinishedPainter | undefined
/** By id: what was decoded before. */
let known = new Map<string, FinishedPictures>()
let work: Promise<unknown> = Promise.resolve()

onmessage = ({ data }: MessageEvent<FinishedTask>) => {
  work = work.then(() => handle(data))
}

async function handle(task: FinishedTask): Promise<void> {
  if (task.kind === 'page') painter = new FinishedPainter(task.grey, task.page, task.large)
  else if (task.kind === 'region') {
    postMessage({ kind: 'region', region: painter?.region(task.place) } satisfies FinishedAnswer)
  } else await show(task.regions)
}

async function show(encoded: readonly EncodedRegion[]): Promise<void> {
  if (!painter) return
  const regions = await Promise.all(
    encoded.map(async ({ id, left, top, refined, flats }): Promise<FinishedPictures> => {
      const decoded = async () => ({ left, top, refined: await decode(refined), flats: await decode(flats) })
      return known.get(id) ?? decoded()
    }),
  )
  known = new Map(encoded.map(({ id }, i) => [id, regions[i]!]))
  const sheet = painter.sheet(regions)
  const pictures = {
    refined: await bitmapOf(painter.picture(regions, 'refined')),
    flats: await bitmapOf(painter.picture(regions, 'flats')),
  }
  const answer: FinishedAnswer = { kind: 'regions', sheet, pictures }
  postMessage(answer, { transfer: [pictures.refined, pictures.flats, sheet.labels.buffer] })
}

async function decode(png: Blob): Promise<RgbaPicture> {
  const bitmap = await createImageBitmap(png, { colorSpaceConversion: 'none' })
  const { width, height } = bitmap
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  return { width, height, rgba: new Uint8Array(context.getImageData(0, 0, width, height).data.buffer) }
}

function bitmapOf({ width, height, rgba }: RgbaPicture): Promise<ImageBitmap> {
  return createImageBitmap(new ImageData(new Uint8ClampedArray(rgba), width, height))
}
