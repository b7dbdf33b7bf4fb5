/**
 * Makes line art of a picture of a drawing: paper white whatever light fell on it, lines dark however faint they were drawn, and grey
 * where they were soft. What is no line goes: grain, noise, JPEG's blocks, dust. Shapes stay where they are.
 *
 * The ink's strength (inkStrength.ts) is taken between two levels: the lower is the strongest that paper has, the upper what ink has
 * hereabouts, so a faint part of a drawing comes out as dark as the rest (local levels as in Wolf and Jolion 2004; but a soft curve, not a
 * threshold: the weight of a line is a part of the drawing). Faint ink stays only beside strong ink it is joined to (Canny's hysteresis,
 * 1986). Pure: the same bytes in a browser, on the server and in the command.
 */
import { inkStrength, type InkStrength } from './inkStrength.ts'
import { dropSpecks } from './specks.ts'
import type { GreyPage, RgbPicture } from './picture.ts'

export type CleaningOptions = {
  /** 0 light .. 1 strong: how dark lines become, and how faint those are that stay. */
  strength?: number
  /** The picture has fills of color: its dark lines are taken, its colors are not. */
  isColored?: boolean
}

export const MIDDLE_STRENGTH = 0.5

/** Tiles along the long side in which ink is as strong as hereabouts. */
const TILES = 12
/** Of the ink pixels of a tile, this share is fainter than its level. */
const LEVEL_SHARE = 0.65
/** Pixels of ink a tile needs to speak for itself, as a share of its pixels. */
const FEW = 0.004
/** A tile's level is at least this share of the page's. */
const FAINTEST = 0.45

/** The cleaned page, of the picture's own size. */
export const cleanLines = (picture: RgbPicture, options: CleaningOptions = {}): GreyPage =>
  lineArtOf(inkStrength(picture, options), options)

/** The same from ink that was measured before: what a slider does many times. */
export function lineArtOf(ink: InkStrength, { strength = MIDDLE_STRENGTH }: CleaningOptions = {}): GreyPage {
  const { width, height } = ink
  const levels = inkLevels(ink)
  // Light: only clear ink, grey as it was. Strong: whatever is no paper, black.
  const lowest = ink.paper * (1.4 - 0.6 * strength)
  const reach = 1.35 - 0.9 * strength
  const out = new Uint8Array(width * height)
  const row = new Float32Array(levels.columns)
  for (let y = 0, at = 0; y < height; y++) {
    levels.ofRow(y, row)
    for (let x = 0; x < width; x++, at++) {
      const own = ink.strength[at]!
      if (own <= lowest) continue
      const place = Math.min(levels.columns - 1, Math.max(0, (x + 0.5) / levels.tile - 0.5))
      const left = Math.floor(place)
      const right = Math.min(levels.columns - 1, left + 1)
      const highest =
        lowest + Math.max(12, (row[left]! + (row[right]! - row[left]!) * (place - left)) * reach - lowest)
      out[at] = Math.min(255, Math.round((255 * (own - lowest)) / (highest - lowest)))
    }
  }
  dropSpecks(out, width, height)
  for (let at = 0; at < out.length; at++) out[at] = 255 - out[at]!
  return { width, height, grey: out }
}

/** How strong ink is, tile by tile, joined smoothly. */
function inkLevels({ width, height, strength, paper }: InkStrength) {
  const tile = Math.max(8, Math.ceil(Math.max(width, height) / TILES))
  const columns = Math.ceil(width / tile)
  const rows = Math.ceil(height / tile)
  const counts = new Uint32Array(256 * columns * rows)
  for (let y = 0, at = 0; y < height; y++) {
    const base = Math.floor(y / tile) * columns
    for (let x = 0; x < width; x++, at++) counts[256 * (base + Math.floor(x / tile)) + strength[at]!]!++
  }
  const all = new Uint32Array(256)
  for (let i = 0; i < counts.length; i++) all[i & 255]! += counts[i]!
  const from = Math.min(255, Math.ceil(1.6 * paper))
  const page = levelIn(all, from)
  const few = FEW * tile * tile
  const levels = Float32Array.from({ length: columns * rows }, (_, at) => {
    // What lies around speaks too: a level must not jump.
    const around = new Uint32Array(256)
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const x = (at % columns) + dx
        const y = Math.floor(at / columns) + dy
        if (x < 0 || y < 0 || x >= columns || y >= rows) continue
        const tileAt = 256 * (y * columns + x)
        for (let value = 0; value < 256; value++)
          around[value]! += counts[tileAt + value]! * (dx || dy ? 1 : 2)
      }
    }
    const own = levelIn(around, from)
    const trust = own.pixels / (own.pixels + few)
    return Math.max(FAINTEST * page.level, trust * own.level + (1 - trust) * page.level)
  })
  return {
    tile,
    columns,
    ofRow(y: number, out: Float32Array): void {
      const place = Math.min(rows - 1, Math.max(0, (y + 0.5) / tile - 0.5))
      const top = Math.floor(place)
      const below = Math.min(rows - 1, top + 1)
      for (let x = 0; x < columns; x++) {
        const above = levels[top * columns + x]!
        out[x] = above + (levels[below * columns + x]! - above) * (place - top)
      }
    },
  }
}

/** Of the pixels that are ink (at least `from`): the strength that `LEVEL_SHARE` do not exceed. */
function levelIn(counts: Uint32Array, from: number): { level: number; pixels: number } {
  let pixels = 0
  for (let value = from; value < 256; value++) pixels += counts[value]!
  let left = LEVEL_SHARE * pixels
  for (let value = from; value < 256; value++)
    if ((left -= counts[value]!) <= 0) return { level: value, pixels }
  return { level: 255, pixels }
}
