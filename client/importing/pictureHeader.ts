/**
 * What the first bytes of a file say of the picture in it: its kind, and its size, so that nothing too large is opened. Kinds that the
 * server takes, and two that some browsers can open (phones take photos in HEIC).
 */
import type { Size } from '../../shared/workSize.ts'

export type PictureHeader = {
  type: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/heic' | 'image/avif'
  /** Unknown where the kind does not tell it at its beginning. */
  size?: Size
}

/** So many bytes are looked through: a JPEG's size may lie behind a preview and a profile. */
const HEAD_BYTES = 512 * 1024

/** Null: no picture of a known kind. */
export async function readPictureHeader(file: Blob): Promise<PictureHeader | null> {
  const view = new DataView(await file.slice(0, HEAD_BYTES).arrayBuffer())
  if (view.byteLength < 12) return null
  const text = (at: number, length: number) =>
    String.fromCharCode(
      ...Array.from({ length }, (_, i) => (at + i < view.byteLength ? view.getUint8(at + i) : 0)),
    )
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return withSize('image/png', pngSize(view))
  if (text(0, 3) === '\xff\xd8\xff') return withSize('image/jpeg', jpegSize(view))
  if (text(0, 4) === 'RIFF' && text(8, 4) === 'WEBP')
    return withSize('image/webp', webpSize(view, text(12, 4)))
  if (text(4, 4) !== 'ftyp') return null
  const brand = text(8, 4)
  if (brand === 'avif' || brand === 'avis') return { type: 'image/avif' }
  return ['heic', 'heix', 'heim', 'heis', 'hevc', 'mif1', 'msf1'].includes(brand)
    ? { type: 'image/heic' }
    : null
}

const withSize = (type: PictureHeader['type'], size: Size | undefined): PictureHeader => ({
  type,
  ...(size && { size }),
})

const pngSize = (view: DataView): Size | undefined =>
  view.byteLength < 24 ? undefined : { width: view.getUint32(16), height: view.getUint32(20) }

/** Segments up to the one that begins the picture (SOF). */
function jpegSize(view: DataView): Size | undefined {
  for (let at = 2; at + 9 < view.byteLength && view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at++
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

function webpSize(view: DataView, chunk: string): Size | undefined {
  if (view.byteLength < 30) return undefined
  const three = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16)
  if (chunk === 'VP8X') return { width: three(24) + 1, height: three(27) + 1 }
  if (chunk === 'VP8 ')
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
  if (chunk !== 'VP8L') return undefined
  const bits = view.getUint32(21, true)
  return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 }
}
