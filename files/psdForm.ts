/**
 * What a PSD's bytes say before a decoder reads them: its size, kind and layers, and whether all that it tells of is there. A decoder
 * makes up what is missing, and takes a layer of any size that is only claimed.
 *
 * Adobe, "Photoshop File Formats Specification" (2019): header, then sections that begin with their length: color mode data, image
 * resources, layers and masks; then the merged picture.
 */
import { limits } from '../shared/limits.ts'
import { Refusal } from '../shared/refusal.ts'
import type { Size } from '../shared/workSize.ts'

const HEADER = 26
const PSB = 2
const GREY = 1
const RGB = 3
const RLE = 1
/** Bytes of a layer's record without its channels and what follows its blend mode. */
const RECORD = 18
const MARKER = 12

/** `hasMore`: the merged picture has more channels than its colors, the first of them alpha. */
export type PsdForm = Size & { isGrey: boolean; hasMore: boolean }

/** @throws Refusal */
export function readPsdForm(bytes: Uint8Array): PsdForm {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    return readForm(view)
  } catch (error) {
    // Read past the end.
    throw error instanceof RangeError ? new Refusal('broken-image') : error
  }
}

function readForm(view: DataView): PsdForm {
  const [version, channels] = [view.getUint16(4), view.getUint16(12)]
  const [height, width] = [view.getUint32(14), view.getUint32(18)]
  const [bits, mode] = [view.getUint16(22), view.getUint16(24)]
  if (version === PSB) throw new Refusal('psd-kind')
  if (version !== 1) throw new Refusal('broken-image')
  if (width < 1 || height < 1 || channels < 1) throw new Refusal('broken-image')
  if (width * height > limits.uploadPixels || Math.max(width, height) > limits.uploadSide)
    throw new Refusal('too-many-pixels')
  if (bits !== 8 || (mode !== GREY && mode !== RGB) || channels > 56) throw new Refusal('psd-kind')
  const resources = sectionEnd(view, HEADER)
  const layers = sectionEnd(view, resources)
  const merged = sectionEnd(view, layers)
  if (merged - layers > 8) readLayers(view, layers + 4, merged)
  refuseShortPicture(view, merged, { rows: channels * height, bytes: channels * width * height })
  return { width, height, isGrey: mode === GREY, hasMore: channels > (mode === GREY ? 1 : 3) }
}

/** Where a section that begins with its length ends. */
function sectionEnd(view: DataView, at: number): number {
  const end = at + 4 + view.getUint32(at)
  if (end > view.byteLength) throw new Refusal('broken-image')
  return end
}

/** The records of all layers, then their pixels. */
function readLayers(view: DataView, from: number, sectionsEnd: number): void {
  const end = from + 4 + view.getUint32(from)
  if (end > sectionsEnd) throw new Refusal('broken-image')
  if (end === from + 4) return
  // Below zero it says that the merged picture has alpha.
  const count = Math.abs(view.getInt16(from + 4))
  if (count > limits.layers) throw new Refusal('too-many-layers')
  let at = from + 6
  let pixels = 0
  for (let i = 0; i < count; i++) {
    const channels = view.getUint16(at + 16)
    if (channels > 56) throw new Refusal('broken-image')
    for (let channel = 0; channel < channels; channel++)
      pixels += view.getUint32(at + RECORD + 6 * channel + 2)
    at += RECORD + 6 * channels + MARKER
    at += 4 + view.getUint32(at)
    if (at > end) throw new Refusal('broken-image')
  }
  if (at + pixels > end) throw new Refusal('broken-image')
}

function refuseShortPicture(
  view: DataView,
  at: number,
  { rows, bytes }: { rows: number; bytes: number },
): void {
  let needed = bytes
  if (view.getUint16(at) === RLE) {
    needed = 2 * rows
    for (let row = 0; row < rows; row++) needed += view.getUint16(at + 2 + 2 * row)
  }
  if (at + 2 + needed > view.byteLength) throw new Refusal('broken-image')
}
