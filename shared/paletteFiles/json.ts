/**
 * Palettes as JSON. Written is `{ "name": title, "colors": [{ "name": "Hair", "color": "#7a4a2e" }, ...] }`. Read are that, a plain
 * list of such colors or of hex texts, and an object of hex texts by name, as palette sites and design tokens have them.
 */
import { hexOf, parseHex } from '../hexColor.ts'
import { plainName } from '../plainName.ts'
import { BrokenPalette } from './brokenPalette.ts'
import { MOST_COLORS, type Palette, type PaletteColor } from './paletteFile.ts'

type Fields = Record<string, unknown>
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws BrokenPalette */
export function readJson(text: string): Palette {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw new BrokenPalette({ kind: 'noJson' })
  }
  const title =
    isFields(value) && typeof value['name'] === 'string' && Array.isArray(listIn(value)) ? value['name'] : ''
  const list = Array.isArray(value) ? value : isFields(value) ? (listIn(value) ?? namedIn(value)) : undefined
  if (!list) throw new BrokenPalette({ kind: 'noList' })
  return { title, colors: list.slice(0, MOST_COLORS).map(readColor) }
}

const listIn = (fields: Fields) =>
  ['colors', 'swatches', 'palette'].map((key) => fields[key]).find((list) => Array.isArray(list)) as
    unknown[] | undefined

const namedIn = (fields: Fields) => Object.entries(fields).map(([name, color]) => ({ name, color }))

function readColor(value: unknown, at: number): PaletteColor {
  const fields = isFields(value) ? value : { color: value }
  const hex = fields['color'] ?? fields['hex'] ?? fields['value']
  const color = typeof hex === 'string' ? parseHex(hex) : null
  if (color === null) throw new BrokenPalette({ kind: 'color', at: at + 1 })
  const name = fields['name']
  return { color, name: typeof name === 'string' && name.trim() !== '' ? plainName(name) : '' }
}

export function writeJson({ title, colors }: Palette): string {
  const list = colors.map(({ name, color }) => ({ name: plainName(name), color: hexOf(color) }))
  return `${JSON.stringify({ name: title, colors: list }, null, 2)}\n`
}
