/**
 * Makes one file of a page for its people to take away, writes it where it is told, says so, and ends: what a large page needs of memory is
 * given back with the process.
 */
import { writeFile } from 'node:fs/promises'
import { decodeHints, decodeSketch, encodeGif, encodePng } from '../../files/image.ts'
import { encodeOra } from '../../files/ora.ts'
import { pageLayers } from '../../files/pageLayers.ts'
import { encodePsd } from '../../files/psd.ts'
import { largerFlats } from '../../shared/largerFlats.ts'
import { saturate, type PageLook } from '../../shared/pageSettings.ts'
import { withoutAlpha, type RgbPicture } from '../../shared/picture.ts'
import { decoded, isSwatch, paletteOf, strokesIn } from '../../shared/strokes.ts'
import { linesOver, Upsampler } from '../../shared/upsampler.ts'
import { endWithParent } from '../child.ts'
import { hintLayers } from '../../files/hintLayers.ts'
import { capMemory } from './memoryCap.ts'
import { hexOf } from '../../shared/hexColor.ts'

/** `line` is the line art as PNG, `layer` a color layer at a size of its own, `flats` flats at the working size. */
export type ExportJob = { line: Uint8Array; look: PageLook } & (
  | { format: 'flats'; flats: RgbPicture }
  | {
      format: 'psd' | 'ora'
      layer: RgbPicture
      flats: RgbPicture
      document: Uint8Array
      guests: readonly { id: string; name: string }[]
    }
  | { format: 'gif'; frames: readonly Uint8Array[]; last: RgbPicture }
)
export type ExportReply = { state: 'made' } | { state: 'failed'; message: string }

/** The largest page needs three quarters of it. */
const MEMORY_BYTES = 1024 * 1024 * 1024
/** Long side of a time-lapse, how long a picture of it is shown, and the last. */
const GIF_SIDE = 640
const FRAME_MS = 160
const LAST_MS = 3_000

async function make(job: ExportJob): Promise<Uint8Array> {
  const { line, look } = job
  switch (job.format) {
    case 'flats': {
      // The look of few colors is theirs at any size.
      saturate(job.flats, look.saturation)
      return encodePng(largerFlats(job.flats, await decodeSketch(line)))
    }
    case 'psd':
      return encodePsd(await layersOf(job))
    case 'ora':
      return encodeOra(await layersOf(job))
    case 'gif':
      return timeLapse(job)
  }
}

async function layersOf({
  line,
  look,
  layer,
  flats,
  document,
  guests,
}: ExportJob & { format: 'psd' | 'ora' }) {
  const page = await decodeSketch(line)
  const names = new Map(guests.map(({ id, name }) => [id, name]))
  const swatches = new Map<number, string>()
  for (const swatch of paletteOf(decoded(document)).values())
    if (isSwatch(swatch)) swatches.set(swatch.color, swatch.name)
  return pageLayers({
    page,
    colors: new Upsampler(page, layer).apply(layer),
    flats: largerFlats(flats, page),
    hints: hintLayers(page, strokesIn(document), (guest) => names.get(guest) ?? 'Guest'),
    look,
    nameOf: (color) => swatches.get(color) ?? hexOf(color),
  })
}

async function timeLapse({ line, look, frames, last }: ExportJob & { format: 'gif' }): Promise<Uint8Array> {
  const page = await decodeSketch(line, GIF_SIDE)
  const upsampler = new Upsampler(page, last)
  const seen = (layer: RgbPicture) => {
    const colors = upsampler.apply(layer)
    saturate(colors, look.saturation)
    return linesOver(colors, page, look.lineOpacity)
  }
  const pictures: RgbPicture[] = []
  for (const frame of frames) pictures.push(seen(withoutAlpha(await decodeHints(frame))))
  pictures.push(seen(last))
  return encodeGif(
    pictures,
    pictures.map((_, i) => (i === pictures.length - 1 ? LAST_MS : FRAME_MS)),
  )
}

endWithParent()
capMemory(MEMORY_BYTES)
process.on('message', ({ job, file }: { job: ExportJob; file: string }) => {
  make(job)
    .then((bytes) => writeFile(file, bytes))
    .then(
      (): ExportReply => ({ state: 'made' }),
      (error: unknown): ExportReply => ({
        state: 'failed',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    )
    .then((reply) => process.send!(reply))
    .catch(() => process.exit(1))
})
