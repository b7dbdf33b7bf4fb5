/**
 * From a file somebody brings to the picture a room is made of. Line art and files with layers go as they are, without a question. What is a photo, a scan, colored
 * or white on black is shown cleaned, and the person chooses (`choose`). What cannot be a page is refused, before anything is sent. Large
 * photos become smaller here.
 */
import { limits } from '../../shared/limits.ts'
import { Problem, problemOf } from '../api/api.ts'
import type { NamedColor } from '../color/pageColors.ts'
import { t } from '../i18n/i18n.ts'
import { layeredFile } from '../layeredFile.ts'
import { CannotOpen, openImporter, type Importer } from './importer.ts'
import type { Opened } from './importing.worker.ts'
import { readPictureHeader, type PictureHeader } from './pictureHeader.ts'

/** What the person makes of a picture that is no clean line art: as it came, its lines, its lines and colors; null: nothing. */
export type ImportChoice = 'as-it-is' | 'lines' | 'lines-and-colors' | null
export type Choose = (opened: Opened, importer: Importer) => Promise<ImportChoice>

/** What a room is made of; `reference` and `colors`: what is kept beside its page and among its colors. */
export type Brought = { picture: Blob; type: string; reference?: Blob; colors?: NamedColor[] }

const COLORS = 10

/** Null: the person thought better of it. @throws Problem */
export async function bringPicture(file: Blob, choose: Choose): Promise<Brought | null> {
  const layered = await layeredFile(file)
  if (layered) return { picture: file, type: layered.type }
  const header = await readPictureHeader(file)
  if (!header) throw problemOf('not-an-image')
  if (file.size > limits.photoBytes) throw new Problem('image-too-large', t('importing.tooLarge'))
  const { width = 0, height = 0 } = header.size ?? {}
  if (width * height > limits.photoPixels) throw new Problem('too-many-pixels', t('importing.tooManyPixels'))
  const importer = openImporter()
  try {
    const opened = await importer.ask({ task: 'open', file })
    if (opened.kind === 'no-lines' || opened.kind === 'too-dark') throw problemOf(opened.kind)
    const choice = opened.kind === 'clean' ? 'as-it-is' : await choose(opened, importer)
    if (choice === null) return null
    if (choice === 'as-it-is') {
      const fits = !opened.isRedrawn && isTaken(header, file)
      return fits
        ? { picture: file, type: header.type }
        : sent((await importer.ask({ task: 'encode', what: 'picture' })).file)
    }
    const lines = sent((await importer.ask({ task: 'encode', what: 'page' })).file)
    return choice === 'lines' ? lines : { ...lines, ...(await colorsOf(importer, header, file)) }
  } catch (failure) {
    if (!(failure instanceof CannotOpen)) throw failure
    if (header.type === 'image/heic') throw new Problem('not-an-image', t('importing.heic'))
    // The server has the last word on what this browser cannot open.
    if (isTaken(header, file)) return { picture: file, type: header.type }
    throw problemOf('broken-image')
  } finally {
    importer.close()
  }
}

const sent = (picture: Blob): Brought => ({ picture, type: picture.type })

/** Whether the server takes the file as it is. */
function isTaken({ type, size }: PictureHeader, file: Blob): boolean {
  if (type === 'image/heic' || type === 'image/avif' || file.size > limits.uploadBytes) return false
  return (
    !size ||
    (size.width * size.height <= limits.uploadPixels &&
      Math.max(size.width, size.height) <= limits.uploadSide)
  )
}

async function colorsOf(importer: Importer, header: PictureHeader, file: Blob): Promise<Partial<Brought>> {
  const reference = isTaken(header, file)
    ? file
    : (await importer.ask({ task: 'encode', what: 'picture' })).file
  const { colors } = await importer.ask({ task: 'colors', count: COLORS })
  const { colorName } = await import('../color/colorName.ts')
  return { reference, colors: colors.map((color) => ({ color, name: colorName(color) })) }
}
