/** What a stroke is painted with, and what of it the others and the document are told. */
import { limits } from '../../shared/limits.ts'
import { packStroke, type PackedStroke, type Tool } from '../../shared/strokes.ts'
import type { WetStroke } from './wetStroke.ts'
import { UNITS } from './pen.ts'

export type Paint = {
  tool: Exclude<Tool, 'fill'>
  color: number
  /** The page's swatch the color is from. */
  swatch?: string | undefined
  /** Diameter in page pixels. */
  size: number
}

/** In 1/8 page pixels, within what a stroke may be. */
const widthOf = (size: number) => Math.min(limits.strokeWidth, Math.max(1, Math.round(size * UNITS)))

/** 128 random bits. Not `randomUUID`, which browsers keep from pages served over plain HTTP, as on a home network. */
export const newStrokeId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )

/** How a stroke of this paint looks, whatever its points are. An eraser has no color. */
export function lookOf({ tool, color, swatch, size }: Paint) {
  const look = { tool, color: tool === 'erase' ? 0 : color, width: widthOf(size) }
  return swatch === undefined || tool === 'erase' ? look : { ...look, swatch }
}

export const wetStroke = (id: string, paint: Paint, points: readonly number[]): WetStroke => {
  const { tool, color, width } = lookOf(paint)
  return { id, tool, color, width, points }
}

export const strokeOf = (id: string, by: string, paint: Paint, points: readonly number[]): PackedStroke =>
  packStroke({ id, by, ...lookOf(paint), points })
