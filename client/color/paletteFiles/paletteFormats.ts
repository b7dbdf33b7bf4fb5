/** The palette files Nurie reads and writes. A file is told by what is in it, whatever its name says; it is read whole or not at all. */
import { isAse, readAse, writeAse } from './ase.ts'
import { isGpl, readGpl, writeGpl } from './gpl.ts'
import { readJson, writeJson } from './json.ts'
import { PaletteProblem, type Palette } from './paletteFile.ts'

export const paletteFormats = [
  { name: 'GPL', ending: 'gpl', programs: 'GIMP, Krita, Inkscape', type: 'text/plain', write: writeGpl },
  {
    name: 'ASE',
    ending: 'ase',
    programs: 'Photoshop, Affinity',
    type: 'application/octet-stream',
    write: writeAse,
  },
  { name: 'JSON', ending: 'json', programs: 'anything else', type: 'application/json', write: writeJson },
] as const

export type PaletteFormat = (typeof paletteFormats)[number]

export const paletteEndings = paletteFormats.map(({ ending }) => `.${ending}`).join(',')

const LARGEST_BYTES = 1024 * 1024

export const isPaletteFile = ({ name }: { name: string }) =>
  paletteFormats.some(({ ending }) => name.toLowerCase().endsWith(`.${ending}`))

/** Rejects with a `PaletteProblem`. */
export async function readPaletteFile(file: Blob): Promise<Palette> {
  if (file.size > LARGEST_BYTES)
    throw new PaletteProblem('This file is too large for a palette: 1 MB at most.')
  const bytes = new Uint8Array(await file.arrayBuffer())
  const palette = isAse(bytes) ? readAse(bytes) : readText(new TextDecoder().decode(bytes))
  if (palette.colors.length === 0) throw new PaletteProblem('This palette holds no colors.')
  return palette
}

function readText(text: string): Palette {
  if (isGpl(text)) return readGpl(text)
  if (/^\uFEFF?\s*[[{]/.test(text)) return readJson(text)
  throw new PaletteProblem('Nurie reads palettes as GPL, ASE or JSON. This file is none of them.')
}

export const writePaletteFile = (palette: Palette, { type, write }: PaletteFormat): Blob =>
  new Blob([write(palette)], { type })
