/** The palette files Nurie reads and writes. A file is told by what is in it, whatever its name says; it is read whole or not at all. */
import { decodeUtf8 } from 'lib0/string'
import { isAse, readAse, writeAse } from './ase.ts'
import { isGpl, readGpl, writeGpl } from './gpl.ts'
import { readJson, writeJson } from './json.ts'
import { Refusal } from '../refusal.ts'
import type { Palette } from './paletteFile.ts'

/** `programs`: who has files of the kind; null: any. */
export const paletteFormats = [
  { name: 'GPL', ending: 'gpl', programs: 'GIMP, Krita, Inkscape', type: 'text/plain', write: writeGpl },
  {
    name: 'ASE',
    ending: 'ase',
    programs: 'Photoshop, Affinity',
    type: 'application/octet-stream',
    write: writeAse,
  },
  { name: 'JSON', ending: 'json', programs: null, type: 'application/json', write: writeJson },
] as const

export type PaletteFormat = (typeof paletteFormats)[number]

export const paletteEndings = paletteFormats.map(({ ending }) => `.${ending}`).join(',')

export const LARGEST_PALETTE_BYTES = 1024 * 1024

export const isPaletteFile = ({ name }: { name: string }) =>
  paletteFormats.some(({ ending }) => name.toLowerCase().endsWith(`.${ending}`))

/**
 * @throws Refusal `not-a-palette`, `broken-palette` (a BrokenPalette), `empty-palette`, `palette-too-large`
 */
export function readPalette(bytes: Uint8Array): Palette {
  if (bytes.length > LARGEST_PALETTE_BYTES) throw new Refusal('palette-too-large')
  const palette = isAse(bytes) ? readAse(bytes) : readText(textOf(bytes))
  if (palette.colors.length === 0) throw new Refusal('empty-palette')
  return palette
}

/** Old palettes are not written in UTF-8: those are Latin-1. */
function textOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes)
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
  }
}

function readText(text: string): Palette {
  if (isGpl(text)) return readGpl(text)
  if (/^\uFEFF?\s*[[{]/.test(text)) return readJson(text)
  throw new Refusal('not-a-palette')
}
