/**
 * Makes one file of a page or a room for its people to take away, writes it into the file it was given, says so, and ends: what a large
 * page needs of memory is given back with the process.
 */
import { writeFileSync } from 'node:fs'
import { encodePage, type ColoredPage } from '../../files/coloredPage.ts'
import { hintLayers, hintPicture } from '../../files/hintLayers.ts'
import { decodeHints, decodeSketch, encodeGif } from '../../files/image.ts'
import type { HintLayer } from '../../files/pageLayers.ts'
import { hexOf } from '../../shared/hexColor.ts'
import { saturate, type PageLook } from '../../shared/pageSettings.ts'
import { withoutAlpha, type GreyPage, type RgbPicture } from '../../shared/picture.ts'
import { decoded, isSwatch, paletteOf, strokesIn } from '../../shared/strokes.ts'
import { linesOver, Upsampler } from '../../shared/upsampler.ts'
import { CHILD_FILE, endWithParent } from '../child.ts'
import { nurieOf } from '../wholeRoom/nurieOf.ts'
import type { WholeRoom } from '../wholeRoom/readWhole.ts'
import { capMemory } from './memoryCap.ts'

/** A document and who painted in it, or a clean picture. */
export type ExportHints =
  { document: Uint8Array; guests: readonly { id: string; name: string }[] } | { png: Uint8Array }

/** `line` is the line art as PNG, `layer` a color layer at a size of its own, `flats` flats at the working size; `nurie` this program's version. */
export type ExportJob =
  | { format: 'flats'; line: Uint8Array; look: PageLook; flats: RgbPicture }
  | {
      format: 'psd' | 'ora'
      line: Uint8Array
      look: PageLook
      layer: RgbPicture
      flats: RgbPicture
      hints: ExportHints
    }
  | { format: 'gif'; line: Uint8Array; look: PageLook; frames: readonly Uint8Array[]; last: RgbPicture }
  | { format: 'nurie'; room: WholeRoom; nurie: string; thumbnail?: Uint8Array }
export type ExportReply =
  { state: 'made'; lacks?: 'making' } | { state: 'disk-full' } | { state: 'failed'; message: string }

/** The largest page needs three quarters of it. */
const MEMORY_BYTES = 1024 * 1024 * 1024
/** Long side of a time-lapse, how long a picture of it is shown, and the last. */
const GIF_SIDE = 640
const FRAME_MS = 160
const LAST_MS = 3_000

type Made = { bytes: Uint8Array; lacks?: 'making' }

async function make(job: ExportJob): Promise<Made> {
  switch (job.format) {
    case 'flats': {
      const { line, flats, look } = job
      const page = await decodeSketch(line)
      return { bytes: await encodePage('flats', { page, layer: flats, flats, look, hints: [] }) }
    }
    case 'psd':
    case 'ora': {
      const { line, hints, ...colors } = job
      const page = await decodeSketch(line)
      return { bytes: await encodePage(job.format, { ...colors, page, ...(await layersOf(page, hints)) }) }
    }
    case 'gif':
      return { bytes: await timeLapse(job) }
    case 'nurie':
      return nurieOf(job.room, job.nurie, job.thumbnail)
  }
}

async function layersOf(page: GreyPage, hints: ExportHints): Promise<Pick<ColoredPage, 'hints' | 'nameOf'>> {
  if ('png' in hints) return { hints: [hintPicture(page, await decodeHints(hints.png))] }
  const names = new Map(hints.guests.map(({ id, name }) => [id, name]))
  const swatches = new Map<number, string>()
  for (const swatch of paletteOf(decoded(hints.document)).values())
    if (isSwatch(swatch)) swatches.set(swatch.color, swatch.name)
  const layers: HintLayer[] = hintLayers(
    page,
    strokesIn(hints.document),
    (guest) => names.get(guest) ?? 'Guest',
  )
  return { hints: layers, nameOf: (color) => swatches.get(color) ?? hexOf(color) }
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

const isDiskFull = (error: unknown) =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')

endWithParent()
capMemory(MEMORY_BYTES)
process.on('message', (job: ExportJob) => {
  make(job)
    .then(({ bytes, ...made }): ExportReply => {
      writeFileSync(CHILD_FILE, bytes)
      return { state: 'made', ...made }
    })
    .catch((error: unknown): ExportReply => {
      if (isDiskFull(error)) return { state: 'disk-full' }
      return {
        state: 'failed',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }
    })
    .then((reply) => process.send!(reply))
    .catch(() => process.exit(1))
})
