/**
 * What an upload's bytes say before any decoder reads them: whether it is one of the three kinds taken, and nothing in it that
 * costs a decoder far more than a picture does. Reads bytes only; whether they are a sound picture is for the decoder to find.
 *
 * - A PNG's text, times and animation are cut out: a decoder inflates every text before it gives the size, 400 bytes become 8 MB
 *   each, and nobody sees them.
 * - A JPEG of hundreds of scans is refused: each one is a pass over the whole picture, and takes 20 bytes.
 */
import { Refusal } from '../shared/refusal.ts'
import { fileKindOf } from '../shared/fileKind.ts'

/** Progressive pictures of real encoders have about ten scans. */
const MOST_SCANS = 64
/** What a PNG needs to look right: besides what every decoder must know (a capital first letter), transparency, color and EXIF's orientation. */
const keptChunks = new Set(['tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'eXIf'])

const START_OF_SCAN = 0xda
const END_OF_IMAGE = 0xd9

/** The bytes to decode, of a kind that is taken. @throws Refusal */
export function readForm(bytes: Uint8Array): Uint8Array {
  switch (fileKindOf(bytes)) {
    case 'png':
      return withoutComments(bytes)
    case 'jpeg':
      if (countScans(bytes) > MOST_SCANS) throw new Refusal('image-too-complex')
      return bytes
    case 'webp':
      return bytes
    default:
      throw new Refusal('not-an-image')
  }
}

/** A PNG is its signature, then chunks: length, name, data, checksum. What is cut short stays, for the decoder to refuse. */
function withoutComments(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength)
  const kept = new Uint8Array(png.length)
  let length = 0
  const keep = (from: number, to: number) => {
    kept.set(png.subarray(from, to), length)
    length += to - from
  }
  let at = 8
  keep(0, at)
  while (at + 12 <= png.length) {
    const end = at + 12 + view.getUint32(at)
    if (end > png.length) break
    const name = String.fromCharCode(...png.subarray(at + 4, at + 8))
    if (/^[A-Z]/.test(name) || keptChunks.has(name)) keep(at, end)
    at = end
    // What follows the picture is no part of it.
    if (name === 'IEND') return kept.subarray(0, length)
  }
  keep(at, png.length)
  return kept.subarray(0, length)
}

/** A JPEG is segments: a marker, a length, data; after the start of a scan its pixels, in which 0xFF is followed by 0 or a restart. */
function countScans(jpeg: Uint8Array): number {
  let scans = 0
  for (let at = 2; at + 4 <= jpeg.length;) {
    if (jpeg[at] !== 0xff) return scans
    const marker = jpeg[at + 1]!
    if (marker === 0xff) at++
    else if (marker === END_OF_IMAGE) return scans
    else {
      at += 2 + ((jpeg[at + 2]! << 8) | jpeg[at + 3]!)
      if (marker !== START_OF_SCAN) continue
      scans++
      at = endOfScan(jpeg, at)
    }
  }
  return scans
}

function endOfScan(jpeg: Uint8Array, from: number): number {
  for (let at = jpeg.indexOf(0xff, from); at >= 0; at = jpeg.indexOf(0xff, at + 1)) {
    const next = jpeg[at + 1]
    const isPixels = next === 0 || next === 0xff || (next !== undefined && next >= 0xd0 && next <= 0xd7)
    if (!isPixels) return at
  }
  return jpeg.length
}
