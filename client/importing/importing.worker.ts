/** Opens one picture, tells what it is, cleans it as often as it is asked to, and encodes what is taken. Answers each task, in order. */
import { inkStrength, type InkStrength } from '../../shared/inkStrength.ts'
import { limits } from '../../shared/limits.ts'
import { analyzeLines, inverted, type PictureKind } from '../../shared/lineAnalysis.ts'
import { lineArtOf } from '../../shared/lineCleaning.ts'
import type { GreyPage, RgbPicture } from '../../shared/picture.ts'
import { onPaper } from '../../shared/transparentDrawing.ts'
import type { Size } from '../../shared/workSize.ts'
import { dominantColors } from '../color/dominantColors.ts'

export type ImportTask =
  | { task: 'open'; file: Blob }
  | { task: 'clean'; strength: number }
  | { task: 'encode'; what: 'page' | 'picture' }
  | { task: 'colors'; count: number }

/** `isRedrawn`: the picture that was opened is not the one in the file any more (white ink on nothing became black). */
export type Opened = Size & { kind: PictureKind; isRedrawn: boolean; before: ImageBitmap }
export type ImportAnswers = {
  open: Opened
  clean: { after: ImageBitmap }
  encode: { file: Blob }
  colors: { colors: number[] }
}
/** `failed`: the browser cannot open or encode it. */
export type ImportReply = { done: ImportAnswers[ImportTask['task']] } | { failed: true }

/** Long side of what is shown. */
const SHOWN_SIDE = 1600
const COLORS_SIDE = 160
const JPEG_QUALITY = 0.92

let picture: RgbPicture
let kind: PictureKind
let ink: InkStrength | undefined
let page: GreyPage | undefined

onmessage = async ({ data }: MessageEvent<ImportTask>) => {
  try {
    const done = await answer(data)
    const shown = 'before' in done ? [done.before] : 'after' in done ? [done.after] : []
    postMessage({ done } satisfies ImportReply, { transfer: shown })
  } catch {
    postMessage({ failed: true } satisfies ImportReply)
  }
}

async function answer(task: ImportTask): Promise<ImportAnswers[ImportTask['task']]> {
  switch (task.task) {
    case 'open':
      return open(task.file)
    case 'clean':
      ink ??= inkStrength(kind === 'inverted' ? inverted(picture) : picture, {
        isColored: kind === 'colored',
      })
      page = lineArtOf(ink, { strength: task.strength })
      return { after: await shown(canvasOf(page, page.grey)) }
    case 'encode':
      return {
        file: await (task.what === 'page'
          ? encodedPage()
          : encoded(canvasOf(picture, picture.rgb), kind !== 'clean')),
      }
    case 'colors':
      return { colors: colorsOf(task.count) }
  }
}

async function open(file: Blob): Promise<Opened> {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const scale = Math.min(1, limits.pageSide / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.imageSmoothingQuality = 'high'
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  const { data } = context.getImageData(0, 0, width, height)
  const { isRedrawn, ...flat } = onPaper({ width, height, rgba: new Uint8Array(data.buffer) })
  picture = flat
  ink = page = undefined
  kind = analyzeLines(picture).kind
  return { width, height, kind, isRedrawn, before: await shown(canvasOf(picture, picture.rgb)) }
}

function canvasOf({ width, height }: Size, pixels: Uint8Array): OffscreenCanvas {
  const image = new ImageData(width, height)
  const { data } = image
  const channels = pixels.length / (width * height)
  const green = channels === 3 ? 1 : 0
  for (let to = 0, at = 0; to < data.length; to += 4, at += channels) {
    data[to] = pixels[at]!
    data[to + 1] = pixels[at + green]!
    data[to + 2] = pixels[at + 2 * green]!
    data[to + 3] = 255
  }
  const canvas = new OffscreenCanvas(width, height)
  canvas.getContext('2d')!.putImageData(image, 0, 0)
  return canvas
}

async function shown(canvas: OffscreenCanvas): Promise<ImageBitmap> {
  const scale = SHOWN_SIDE / Math.max(canvas.width, canvas.height)
  if (scale >= 1) return canvas.transferToImageBitmap()
  return createImageBitmap(canvas, {
    resizeWidth: Math.max(1, Math.round(canvas.width * scale)),
    resizeHeight: Math.max(1, Math.round(canvas.height * scale)),
    resizeQuality: 'high',
  })
}

async function encodedPage(): Promise<Blob> {
  if (!page) throw new Error('nothing was cleaned')
  return encoded(canvasOf(page, page.grey))
}

/** Without loss; what is a photo, or would be too large that way, is a JPEG. */
async function encoded(canvas: OffscreenCanvas, isPhoto = false): Promise<Blob> {
  if (!isPhoto) {
    const png = await canvas.convertToBlob({ type: 'image/png' })
    if (png.size <= limits.uploadBytes) return png
  }
  return canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY })
}

/** The colors of its fills, most of the picture first: neither paper nor line. */
function colorsOf(count: number): number[] {
  const { width, height, rgb } = picture
  const step = Math.max(1, Math.floor(Math.max(width, height) / COLORS_SIDE))
  const rgba: number[] = []
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) {
      const at = 3 * (y * width + x)
      rgba.push(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!, 255)
    }
  }
  const isFill = (color: number) => {
    const channels = [color >> 16, (color >> 8) & 255, color & 255]
    return Math.min(...channels) < 238 && Math.max(...channels) > 52
  }
  return dominantColors(rgba, count)
    .map(({ color }) => color)
    .filter(isFill)
}
