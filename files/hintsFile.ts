/**
 * Hints as people save and bring them, told by what is in the file: a picture whose opaque pixels are painted, strokes as JSON
 * (shared/strokesJson.ts), or a whole room (nurieFile.ts). Strokes know the size of their page where the file tells it.
 */
import { limits } from '../shared/limits.ts'
import { readLook, type PageLook } from '../shared/pageSettings.ts'
import type { RgbaPicture } from '../shared/picture.ts'
import { Refusal } from '../shared/refusal.ts'
import { scaledStrokes } from '../shared/scaledStrokes.ts'
import { parseStroke, type PackedStroke, type Stroke } from '../shared/strokes.ts'
import { readStrokesJson } from '../shared/strokesJson.ts'
import type { Size } from '../shared/workSize.ts'
import { fileKindOf } from '../shared/fileKind.ts'
import { decodeHints, refuseLargeUpload } from './image.ts'
import { decodeNurie, type NurieFile } from './nurieFile.ts'

export type Hints = { picture: RgbaPicture } | SavedStrokes
export type SavedStrokes = {
  strokes: readonly Stroke[]
  page?: Size
  look: PageLook
  /** Whose they are, as far as it is known. */
  guests: readonly { id: string; name: string }[]
  /** Regions that keep their picture, at the networks' size; the pictures are PNGs that nobody has looked at. */
  finished: readonly SavedRegion[]
}
export type SavedRegion = { left: number; top: number; picture: Uint8Array; flats: Uint8Array }

/** @throws Refusal */
export async function decodeHintsFile(bytes: Uint8Array): Promise<Hints> {
  if (bytes.length > limits.fileBytes) throw new Refusal('file-too-large')
  if (fileKindOf(bytes) === 'nurie') return strokesOfRoom(decodeNurie(bytes))
  if (isJson(bytes)) return strokesOf(parsed(bytes))
  refuseLargeUpload(bytes)
  return { picture: await decodeHints(bytes) }
}

/**
 * The strokes on a page of this size, and the finished regions when it is their own. Where they do not tell their page's it is that of a
 * room of the same drawing.
 * @throws Refusal `hints-other-shape`
 */
export function strokesOn(
  page: Size,
  { strokes, finished, page: own = roomSizeOf(page) }: SavedStrokes,
): Pick<SavedStrokes, 'strokes' | 'finished'> {
  const scaled = scaledStrokes(strokes, own, page)
  if (!scaled) throw new Refusal('hints-other-shape')
  return { strokes: scaled, finished: scaled === strokes ? finished : [] }
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
    strokes: unpacked(packed, {}),
    guests: [],
    finished: [],
    look: readLook(settings),
    ...(isSide(width) && isSide(height) && { page: { width, height } }),
  }
}

function strokesOfRoom({
  strokes,
  palette,
  settings,
  width,
  height,
  finished,
  guests,
}: NurieFile): SavedStrokes {
  return {
    strokes: unpacked(strokes, palette),
    page: { width, height },
    look: readLook(new Map(Object.entries(settings))),
    guests: guests.map(({ id, name }) => ({ id, name })),
    finished,
  }
}

/** In the colors that the palette has for them now. */
function unpacked(packed: readonly PackedStroke[], palette: NurieFile['palette']): Stroke[] {
  return packed.map((each) => {
    const { swatch = '', ...stroke } = parseStroke(each)!
    const own = Object.hasOwn(palette, swatch) ? palette[swatch] : undefined
    return own && stroke.tool !== 'erase' ? { ...stroke, color: own.color } : stroke
  })
}
