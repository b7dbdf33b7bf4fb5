/**
 * Hints as people save and bring them, told by what is in the file: a picture whose opaque pixels are painted, or strokes as JSON
 * (shared/strokesJson.ts). Strokes know the size of their page where the file tells it.
 */
import { limits } from '../shared/limits.ts'
import { readLook, type PageLook } from '../shared/pageSettings.ts'
import type { RgbaPicture } from '../shared/picture.ts'
import { Refusal } from '../shared/refusal.ts'
import { scaledStrokes } from '../shared/scaledStrokes.ts'
import { parseStroke, type PackedStroke, type Stroke } from '../shared/strokes.ts'
import { readStrokesJson } from '../shared/strokesJson.ts'
import type { Size } from '../shared/workSize.ts'
import { decodeHints, refuseLargeUpload } from './image.ts'

export type Hints = { picture: RgbaPicture } | SavedStrokes
export type SavedStrokes = { strokes: readonly Stroke[]; page?: Size; look: PageLook }

/** JSON of as many strokes as a room can hold. */
const LARGEST_BYTES = 32 * 1024 * 1024

/** @throws Refusal */
export async function decodeHintsFile(bytes: Uint8Array): Promise<Hints> {
  if (bytes.length > LARGEST_BYTES) throw new Refusal('image-too-large')
  if (isJson(bytes)) return strokesOf(parsed(bytes))
  refuseLargeUpload(bytes)
  return { picture: await decodeHints(bytes) }
}

/**
 * The strokes on a page of this size. Where they do not tell their page's it is that of a room of the same drawing.
 * @throws Refusal `hints-other-shape`
 */
export function strokesOn(
  page: Size,
  { strokes, page: own = roomSizeOf(page) }: SavedStrokes,
): readonly Stroke[] {
  const scaled = scaledStrokes(strokes, own, page)
  if (!scaled) throw new Refusal('hints-other-shape')
  return scaled
}

function roomSizeOf({ width, height }: Size): Size {
  const share = Math.min(1, limits.pageSide / Math.max(width, height))
  const side = (length: number) => Math.max(1, Math.round(share * length))
  return { width: side(width), height: side(height) }
}

/** Behind a byte order mark and spaces lies a brace. */
function isJson(bytes: Uint8Array): boolean {
  const isSkipped = (byte: number) => [0xef, 0xbb, 0xbf, 0x20, 0x09, 0x0a, 0x0d].includes(byte)
  return bytes.find((byte) => !isSkipped(byte)) === 0x7b
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new Refusal('broken-hints', { cause: error })
  }
}

function strokesOf(value: unknown): SavedStrokes {
  const packed = readStrokesJson(value)
  if (packed === 'newer') throw new Refusal('newer-hints')
  if (packed === 'beyond-limits') throw new Refusal('hints-beyond-limits')
  if (packed === 'malformed') throw new Refusal('broken-hints')
  const { width, height, page } = value as Record<string, unknown>
  const isSide = (side: unknown): side is number =>
    Number.isInteger(side) && (side as number) >= 1 && (side as number) <= limits.pageSide
  const settings = new Map(Object.entries(typeof page === 'object' && page !== null ? page : {}))
  return {
    strokes: unpacked(packed),
    look: readLook(settings),
    ...(isSide(width) && isSide(height) && { page: { width, height } }),
  }
}

function unpacked(packed: readonly PackedStroke[]): Stroke[] {
  return packed.map((each) => {
    const { swatch: _, ...stroke } = parseStroke(each)!
    return stroke
  })
}
