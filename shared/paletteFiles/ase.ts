/**
 * Adobe Swatch Exchange (.ase), which Photoshop, Illustrator, InDesign, Affinity and Procreate exchange: big-endian blocks after the
 * signature `ASEF`. Adobe never published it; source: the descriptions by Carl Camera ("Decoding Adobe Swatch Exchange", 2006)
 * and selapa.net/swatches/colors/fileformats.php, which agree with files of those programs.
 *
 * RGB, CMYK, LAB and Gray are read; CMYK without its ink profile, as Photoshop's own conversion of unknown inks. Groups are read
 * through. Written are RGB colors, one block each, none grouped.
 */
import { clampRgb, converter, modeLab, modeRgb, useMode } from 'culori/fn'
import { plainName } from '../plainName.ts'
import { BrokenPalette } from './brokenPalette.ts'
import {
  byteOf,
  bytesOfColor,
  colorOfBytes,
  MOST_COLORS,
  type Palette,
  type PaletteColor,
} from './paletteFile.ts'

useMode(modeRgb)
useMode(modeLab)
const toRgb = converter('rgb')

const SIGNATURE = 0x41534546
const COLOR = 0x0001
const GROUP = 0xc001
/** A color for any use; others are global or spot colors. */
const NORMAL = 2
/** Type and length. */
const BLOCK_HEAD = 6

type Reader = (float: (place: number) => number) => number
const models: Readonly<Record<string, Reader>> = {
  'RGB ': (float) => colorOfBytes(byteOf(float(0)), byteOf(float(1)), byteOf(float(2))),
  CMYK: (float) => {
    const light = 1 - float(3)
    const [red, green, blue] = [0, 1, 2].map((place) => byteOf((1 - float(place)) * light))
    return colorOfBytes(red!, green!, blue!)
  },
  'LAB ': (float) => {
    const { r, g, b } = clampRgb(toRgb({ mode: 'lab', l: 100 * float(0), a: float(1), b: float(2) }))
    return colorOfBytes(byteOf(r), byteOf(g), byteOf(b))
  },
  Gray: (float) => byteOf(float(0)) * 0x010101,
}

export const isAse = (bytes: Uint8Array) =>
  bytes.length >= 4 && new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) === SIGNATURE

/** @throws BrokenPalette */
export function readAse(bytes: Uint8Array): Palette {
  try {
    return readBlocks(bytes)
  } catch (problem) {
    if (!(problem instanceof RangeError)) throw problem
    throw new BrokenPalette({ kind: 'cutShort' })
  }
}

/** @throws RangeError where the file ends too early. */
function readBlocks(bytes: Uint8Array): Palette {
  const palette: Palette = { title: '', colors: [] }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const count = view.getUint32(8)
  let at = 12
  for (let block = 0; block < count && palette.colors.length < MOST_COLORS; block++) {
    const type = view.getUint16(at)
    const length = view.getUint32(at + 2)
    // A view of its own: a name never reads on into the next block.
    const body = new DataView(bytes.buffer, bytes.byteOffset + at + BLOCK_HEAD, length)
    if (type === COLOR) palette.colors.push(readColor(body))
    else if (type === GROUP) palette.title ||= readName(body).name
    at += BLOCK_HEAD + length
  }
  return palette
}

function readName(body: DataView): { name: string; end: number } {
  const units = body.getUint16(0)
  let name = ''
  for (let i = 0; i < units; i++) name += String.fromCharCode(body.getUint16(2 + 2 * i))
  return { name: name.replace(/\0.*$/s, ''), end: 2 + 2 * units }
}

function readColor(body: DataView): PaletteColor {
  const { name, end } = readName(body)
  const model = [0, 1, 2, 3].map((i) => String.fromCharCode(body.getUint8(end + i))).join('')
  const read = models[model]
  if (!read) throw new BrokenPalette({ kind: 'model', model: model.trim() })
  const color = read((place) => {
    const value = body.getFloat32(end + 4 + 4 * place)
    if (!Number.isFinite(value)) throw new RangeError('no number')
    return value
  })
  return { color, name: name.trim() === '' ? '' : plainName(name) }
}

export function writeAse({ colors }: Palette): Uint8Array<ArrayBuffer> {
  const blocks = colors.map(({ name, color }) => ({ name: plainName(name), color }))
  // Name length, name and its zero, model, three floats, kind.
  const lengthOf = (name: string) => 2 + 2 * (name.length + 1) + 4 + 12 + 2
  const size = blocks.reduce((sum, { name }) => sum + BLOCK_HEAD + lengthOf(name), 12)
  const view = new DataView(new ArrayBuffer(size))
  view.setUint32(0, SIGNATURE)
  view.setUint16(4, 1)
  view.setUint32(8, blocks.length)
  let at = 12
  for (const { name, color } of blocks) {
    view.setUint16(at, COLOR)
    view.setUint32(at + 2, lengthOf(name))
    view.setUint16(at + BLOCK_HEAD, name.length + 1)
    at += BLOCK_HEAD + 2
    for (const letter of name.split('')) {
      view.setUint16(at, letter.charCodeAt(0))
      at += 2
    }
    at += 2
    for (const letter of 'RGB ') view.setUint8(at++, letter.charCodeAt(0))
    for (const byte of bytesOfColor(color)) {
      view.setFloat32(at, byte / 255)
      at += 4
    }
    view.setUint16(at, NORMAL)
    at += 2
  }
  return new Uint8Array(view.buffer)
}
