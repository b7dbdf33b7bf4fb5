/** A colored page as the file somebody asked for: the pictures at once, what is larger or in layers by a process of its own. */
import type { PageLook } from '../../shared/pageSettings.ts'
import type { RgbPicture } from '../../shared/picture.ts'
import type { ExportFormat } from '../../shared/protocol.ts'
import type { ExportHints } from './exportProcess.ts'
import type { ExportFile, Exports } from './exports.ts'
import type { Images } from './images.ts'

/** What one page gives, without its making and its room. */
export type PageFormat = Exclude<ExportFormat, 'gif' | 'nurie'>

export type PageParts = {
  /** The line art, a PNG. */
  line: Uint8Array
  look: PageLook
  /** The color layer and its flats, at the networks' size or larger. */
  layer: RgbPicture
  flats: RgbPicture
  hints: ExportHints
}

/** Its bytes, or a stream of so many. Rejects as the processes do. */
export async function pageFile(
  { images, exports }: { images: Pick<Images, 'composite' | 'color'>; exports: Pick<Exports, 'make'> },
  format: PageFormat,
  { line, look, layer, flats, hints }: PageParts,
): Promise<Uint8Array | ExportFile> {
  switch (format) {
    case 'png':
      return images.composite({ png: line }, layer, look)
    case 'color':
      return images.color({ png: line }, layer, look)
    case 'flats':
      return exports.make({ format, line, look, flats })
    case 'psd':
    case 'ora':
      return exports.make({ format, line, look, layer, flats, hints })
  }
}
