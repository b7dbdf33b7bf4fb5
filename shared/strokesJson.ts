/**
 * Strokes as JSON that people and other programs read: coordinates and widths in 1/8 page pixels, colors as `#rrggbb`, a point as
 * [x, y, pressure (0..255)], in painting order. `.nurie-strokes` files and those within `.nurie` files are this.
 */
import { hexOf } from './hexColor.ts'
import { limits } from './limits.ts'
import { decodePoints, encodePoints } from './points.ts'
import { parseStroke, type PackedStroke, type Tool } from './strokes.ts'

export const STROKES_FORMAT = 'nurie-strokes'
export const STROKES_VERSION = 1

export type ReadableStroke = Omit<PackedStroke, 'color' | 'points'> & { color: string; points: number[][] }
export type StrokesJson = {
  format: typeof STROKES_FORMAT
  version: typeof STROKES_VERSION
  /** Where they were painted, when they were saved from a room. */
  room?: string
  strokes: ReadableStroke[]
}

/** A color written as `#rrggbb`; undefined for anything else. */
export const colorIn = (text: unknown): number | undefined =>
  typeof text === 'string' && /^#[0-9a-f]{6}$/i.test(text) ? parseInt(text.slice(1), 16) : undefined

export function strokesJson(strokes: readonly PackedStroke[], room?: string): StrokesJson {
  return {
    format: STROKES_FORMAT,
    version: STROKES_VERSION,
    ...(room !== undefined && { room }),
    strokes: strokes.map(readable),
  }
}

function readable({ id, by, tool, color, swatch, width, points }: PackedStroke): ReadableStroke {
  const flat = decodePoints(points) ?? []
  const triples = Array.from({ length: flat.length / 3 }, (_, i) => [
    flat[3 * i]!,
    flat[3 * i + 1]!,
    flat[3 * i + 2]!,
  ])
  return {
    id,
    by,
    tool,
    color: hexOf(color),
    ...(swatch !== undefined && { swatch }),
    width,
    points: triples,
  }
}

/** What is wrong with strokes that were read: not of this form, of a newer one, or outside the limits of shared/limits.ts. */
export type StrokesFault = 'malformed' | 'newer' | 'beyond-limits'

/** How many strokes there may be, and points of one; never more of these than shared/limits.ts says. */
export type StrokesBounds = { strokes: number; points: number }

/** The packed strokes of a parsed JSON text. Distrustful: all of them are strokes within the bounds, or it gives why not. */
export function readStrokesJson(
  value: unknown,
  bounds: StrokesBounds = limits,
): PackedStroke[] | StrokesFault {
  if (typeof value !== 'object' || value === null) return 'malformed'
  const { format, version, strokes } = value as Record<string, unknown>
  if (format !== STROKES_FORMAT || typeof version !== 'number') return 'malformed'
  if (version > STROKES_VERSION) return 'newer'
  return Array.isArray(strokes) ? packStrokes(strokes, bounds) : 'malformed'
}

/** The same of a list alone. */
export function packStrokes(
  list: readonly unknown[],
  bounds: StrokesBounds = limits,
): PackedStroke[] | StrokesFault {
  if (list.length > bounds.strokes) return 'beyond-limits'
  const packed: PackedStroke[] = []
  for (const each of list) {
    const stroke = packOne(each, bounds.points)
    if (typeof stroke === 'string') return stroke
    packed.push(stroke)
  }
  return packed
}

function packOne(value: unknown, mostPoints: number): PackedStroke | StrokesFault {
  if (typeof value !== 'object' || value === null) return 'malformed'
  const { id, by, tool, color, swatch, width, points, ...rest } = value as Record<string, unknown>
  const number = colorIn(color)
  if (number === undefined || !Array.isArray(points) || Object.keys(rest).length > 0) return 'malformed'
  if (points.length > Math.min(mostPoints, limits.points)) return 'beyond-limits'
  const flat = new Int32Array(3 * points.length)
  for (const [i, point] of points.entries()) {
    if (!Array.isArray(point) || point.length !== 3 || !point.every(Number.isInteger)) return 'malformed'
    const [x, y, pressure] = point as [number, number, number]
    if (Math.max(Math.abs(x), Math.abs(y)) > limits.coordinate || pressure < 0 || pressure > 255)
      return 'beyond-limits'
    flat.set([x, y, pressure], 3 * i)
  }
  const stroke = {
    id: id as string,
    by: by as string,
    tool: tool as Tool,
    color: number,
    ...(swatch !== undefined && { swatch: swatch as string }),
    width: width as number,
    points: encodePoints(flat),
  }
  return parseStroke(stroke) ? stroke : 'malformed'
}
