/**
 * The only file that knows sharp: pictures in (PNG, JPEG, WebP) and out (PNG, WebP, GIF).
 *
 * Input is hostile: it is told by its bytes (pictureForm.ts), its size is read from its header before a pixel is decoded, only
 * three decoders are enabled, and every fault is a `Refusal` with a code for people. Metadata never leaves this file.
 */
import sharp, { type OutputInfo, type Sharp } from 'sharp'
import { limits } from '../shared/limits.ts'
import type { GreyPage, RgbaPicture, RgbPicture } from '../shared/picture.ts'
import { Refusal } from '../shared/refusal.ts'
import { fileKindOf } from '../shared/fileKind.ts'
import { readForm } from './pictureForm.ts'

sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({ operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'] })
sharp.concurrency(1)
sharp.cache(false)

const SECONDS = 10

/** Refuses an upload over the byte limit of its kind. Pictures of our own making may be larger. @throws Refusal */
export function refuseLargeUpload(bytes: Uint8Array): void {
  if (bytes.length <= limits.uploadBytes) return
  const kind = fileKindOf(bytes)
  const isLayered = kind === 'psd' || kind === 'ora' || kind === 'nurie'
  if (!isLayered) throw new Refusal('image-too-large')
  if (bytes.length > limits.fileBytes) throw new Refusal('file-too-large')
}

/** Checks type and size before any pixel is decoded, and turns the picture upright (EXIF). */
async function open(bytes: Uint8Array): Promise<Sharp> {
  const picture = sharp(readForm(bytes), { limitInputPixels: limits.uploadPixels, failOn: 'warning' })
  const { width, height } = await picture.metadata().catch((error: unknown) => {
    throw refusalOf(error)
  })
  if (width * height > limits.uploadPixels || Math.max(width, height) > limits.uploadSide) {
    throw new Refusal('too-many-pixels')
  }
  return picture.autoOrient().timeout({ seconds: SECONDS })
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  const message = error instanceof Error ? error.message : ''
  if (message.includes('pixel limit')) return new Refusal('too-many-pixels')
  if (message.includes('timeout')) return new Refusal('image-timeout')
  return new Refusal('broken-image')
}

async function pixels(picture: Sharp): Promise<{ data: Uint8Array; info: OutputInfo }> {
  try {
    return await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  } catch (error) {
    throw refusalOf(error)
  }
}

/**
 * A drawing as grey pixels: upright, flattened on white paper. With `maxSide`, a larger one is brought down to it.
 * @throws Refusal
 */
export async function decodeSketch(bytes: Uint8Array, maxSide?: number): Promise<GreyPage> {
  let picture = (await open(bytes)).flatten({ background: 'white' }).toColourspace('b-w')
  if (maxSide) picture = picture.resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
  const { data, info } = await pixels(picture)
  return {
    width: info.width,
    height: info.height,
    grey: info.channels === 1 ? data : everyNth(data, info.channels),
  }
}

function everyNth(data: Uint8Array, channels: number): Uint8Array {
  return Uint8Array.from({ length: data.length / channels }, (_, i) => data[i * channels]!)
}

/** A page brought down to a side, if it is larger. */
export async function resizedWithin(page: GreyPage, side: number | undefined): Promise<GreyPage> {
  const { width, height, grey } = page
  if (!side || Math.max(width, height) <= side) return page
  const raw = { width, height, channels: 1 as const }
  const { data, info } = await pixels(
    sharp(grey, { raw }).toColourspace('b-w').resize(side, side, { fit: 'inside' }),
  )
  return { width: info.width, height: info.height, grey: everyNth(data, info.channels) }
}

/** A picture of hints, or any other, at its own size. With `maxSide`, a larger one is brought down to it. @throws Refusal */
export async function decodeHints(bytes: Uint8Array, maxSide?: number): Promise<RgbaPicture> {
  let picture = (await open(bytes)).toColourspace('srgb').ensureAlpha()
  if (maxSide) picture = picture.resize(maxSide, maxSide, { fit: 'inside', withoutEnlargement: true })
  const { data, info } = await pixels(picture)
  return { width: info.width, height: info.height, rgba: data }
}

/** Line art as the server keeps and serves it: a grey PNG without metadata. */
export function encodeGreyPng({ width, height, grey }: GreyPage): Promise<Uint8Array> {
  const raw = { width, height, channels: 1 as const }
  return sharp(grey, { raw, limitInputPixels: false })
    .toColourspace('b-w')
    .png({ compressionLevel: 6 })
    .toBuffer()
}

export function encodePng({ width, height, rgb }: RgbPicture): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 as const }
  return sharp(rgb, { raw, limitInputPixels: false }).png({ compressionLevel: 6 }).toBuffer()
}

/** A picture to look at, its long side at most `side`. */
export function encodePngWithin({ width, height, rgb }: RgbPicture, side: number): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 as const }
  return sharp(rgb, { raw, limitInputPixels: false })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .png()
    .toBuffer()
}

export function encodeRgbaPng({ width, height, rgba }: RgbaPicture): Promise<Uint8Array> {
  const raw = { width, height, channels: 4 as const }
  return sharp(rgba, { raw, limitInputPixels: false }).png({ compressionLevel: 3 }).toBuffer()
}

/** A picture to look at, its long side at most `side`. */
export function encodeWebpWithin({ width, height, rgb }: RgbPicture, side: number): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 as const }
  return sharp(rgb, { raw })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 82, effort: 2 })
    .toBuffer()
}

/** A frame for screens: fast (8 ms at 512 px) rather than the smallest; libwebp's sharper chroma would take eight times as long. */
export function encodeWebp({ width, height, rgb }: RgbPicture, quality = 85): Promise<Uint8Array> {
  const raw = { width, height, channels: 3 as const }
  return sharp(rgb, { raw }).webp({ quality, effort: 0 }).toBuffer()
}

/**
 * An animated GIF of pictures of one size, each shown for so many milliseconds (GIFs know hundredths of a second), again and again. Every
 * picture has 256 colors of its own; what did not change is not stored again.
 */
export function encodeGif(pictures: readonly RgbPicture[], milliseconds: number[]): Promise<Uint8Array> {
  const { width, height } = pictures[0]!
  const all = new Uint8Array(3 * width * height * pictures.length)
  pictures.forEach(({ rgb }, i) => all.set(rgb, i * rgb.length))
  const raw = { width, height: height * pictures.length, channels: 3 as const, pageHeight: height }
  return sharp(all, { raw, limitInputPixels: false })
    .gif({
      delay: milliseconds,
      loop: 0,
      effort: 4,
      dither: 0.6,
      interFrameMaxError: 4,
      interPaletteMaxError: 8,
    })
    .toBuffer()
}
