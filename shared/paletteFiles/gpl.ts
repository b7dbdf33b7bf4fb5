/**
 * GIMP palettes (.gpl), which Krita, Inkscape, MyPaint and Aseprite read and write too: text, a first line `GIMP Palette`, then
 * `Name:` and `Columns:`, and a line a color: three numbers and a name. Source: gimp-2.10 app/core/gimppalette-load.c and
 * gimppalette-save; Aseprite adds `Channels: RGBA` and a fourth number.
 */
import { plainName } from '../plainName.ts'
import { BrokenPalette } from './brokenPalette.ts'
import { bytesOfColor, colorOfBytes, MOST_COLORS, type Palette, type PaletteColor } from './paletteFile.ts'

export const isGpl = (text: string) => /^\uFEFF?GIMP Palette/.test(text)

/** @throws BrokenPalette */
export function readGpl(text: string): Palette {
  const palette: Palette = { title: '', colors: [] }
  let channels = 3
  text.split(/\r\n|\n|\r/).forEach((line, i) => {
    const trimmed = line.trim()
    const setting = /^(Name|Columns|Channels)\s*:\s*(.*)$/.exec(trimmed)
    if (setting?.[1] === 'Name') palette.title = setting[2]!
    else if (setting?.[1] === 'Channels') channels = setting[2]!.length === 4 ? 4 : 3
    if (i === 0 || setting || trimmed === '' || trimmed.startsWith('#')) return
    if (palette.colors.length < MOST_COLORS) palette.colors.push(readColor(trimmed, channels, i + 1))
  })
  return palette
}

function readColor(line: string, channels: number, at: number): PaletteColor {
  const found = new RegExp(`^((?:\\d+\\s+){${channels - 1}}\\d+)(?:\\s+(.*))?$`).exec(line)
  const [red, green, blue] = found?.[1]!.split(/\s+/).map(Number) ?? []
  if (red === undefined || green === undefined || blue === undefined || Math.max(red, green, blue) > 255)
    throw new BrokenPalette({ kind: 'line', at })
  const color = colorOfBytes(red, green, blue)
  const name = found?.[2]?.trim() ?? ''
  // GIMP's own word for no name.
  return { color, name: name === '' || name === 'Untitled' ? '' : plainName(name) }
}

export function writeGpl({ title, colors }: Palette): string {
  const rows = colors.map(({ name, color }) => {
    const numbers = bytesOfColor(color).map((byte) => String(byte).padStart(3))
    return `${numbers.join(' ')}\t${plainName(name)}`
  })
  return ['GIMP Palette', `Name: ${title.replace(/\s+/g, ' ')}`, 'Columns: 0', '#', ...rows, ''].join('\n')
}
