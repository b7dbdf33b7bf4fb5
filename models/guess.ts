/**
 * The guess: colors for what nobody has hinted yet. A network trained on the average of all truths answers an unhinted page
 * with one tan; so the page gets a palette of its own, and every region one color of it: the one its network guess leans
 * to, no color much more than another, equal shapes alike (eyes, wheels, petals). What the network leaves white, and the
 * paper around a figure, stay white.
 *
 * Whoever brings a palette gets colors of that and no others, exactly.
 *
 * A page's guess depends on its line art alone, so it is the same for everybody and after a restart, and stays where it is
 * while hints arrive elsewhere.
 */
import { PAPER_BORDER, type Regions } from '../shared/regions.ts'
import type { Segments } from '../shared/segments.ts'
import type { Shapes } from './shapes.ts'

export type Rgb = readonly [number, number, number]

const hex = (...colors: string[]): Rgb[] =>
  colors.map((color) => {
    const value = parseInt(color, 16)
    return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
  })

/** Light enough for every line to be seen, and apart enough to tell neighbours from each other. */
const palettes: readonly (readonly Rgb[])[] = [
  hex('f4c9a0', 'ee8f80', 'f9d977', '9ccfa4', '86b9e0', 'b99ad0'),
  hex('f2c6a4', 'd9695f', 'f2c95c', '84b37c', '6f9fcb', 'a98467'),
  hex('ffd9b8', 'f2a2b0', 'fbe08d', 'a8dcc9', '7fb6d6', '8f9fd8'),
  hex('edbf97', 'e2856a', 'f0c050', 'a3bf72', '68b0ab', '87749e'),
  hex('f7cfae', 'f0b24f', 'ea7f66', '7cc4b4', '5f98c9', 'd38fb4'),
]

/** Colors darker than this hide the lines: of a palette that somebody brought they are taken when it has no others. */
const DARK = 0.25

/** A region this light in the network's guess is meant to be white. */
export const WHITE = 0.93
/** Pixels with less ink than this are on no line. */
const CLEAN_INK = 12
/** The guess is gone when this share of the figure is hinted. */
const GONE = 0.4
/** By hinted regions, how much of it stays all the same: the first stroke on a large one must not take the color from all others. */
const STAYS = [1, 0.75, 0.2]
/** How far a guess follows the network's lightness instead of the palette's. */
const LIGHTNESS = 0.35
/** How strongly a color that was used much is avoided, and how strongly the network's leaning counts. */
const USED = 1
const LEANING = 1.5
/** A leaning this far from the page's mean is a clear one. */
const CLEAR = 0.2

const lightness = ([r, g, b]: Rgb) => 0.299 * r + 0.587 * g + 0.114 * b

/** What a guess is made from: the page's regions, their borderShares (shared/regions.ts) and shapes, its ink with `width` pixels a row. */
export type GuessPage = {
  regions: Regions
  borders: Uint8Array
  shapes: Shapes
  /** The network's mean color of each region on the page without hints, three numbers (0..1) each. */
  leaning: Float64Array
  ink: Uint8Array
  width: number
  /** The only colors there may be, but for white; one of Nurie's own when left out. Not empty. */
  palette?: readonly Rgb[]
}

/** A color for every region, three numbers (0..1) each. With a palette of somebody's, every one is white or a color of it. */
export function guessColors(page: GuessPage): Float64Array {
  const { regions, borders, shapes, leaning, ink, width } = page
  const palette = page.palette ? fitting(page.palette) : palettes[seedOf(ink) % palettes.length]!
  const lightened = page.palette ? 0 : LIGHTNESS
  const colors = page.palette ? leaning.map(() => 1) : leaning.slice()
  const leaningOf = (id: number): Rgb => [leaning[3 * id]!, leaning[3 * id + 1]!, leaning[3 * id + 2]!]
  const area = (id: number) => regions.areas[id]!
  const open = figureOf(regions, borders).filter((id) => Math.min(...leaningOf(id)) < WHITE)
  const total = open.reduce((sum, id) => sum + area(id), 0)
  const middle = meanOf(open.map(leaningOf))
  const center = meanOf(palette)
  const used = palette.map(() => 0)
  const rooms = roomsOf(regions, borders, ink, width)
  const settled: { id: number; choice: number }[] = []
  for (const id of open.sort((a, b) => area(b) - area(a) || a - b)) {
    const twins = shapes.twinsOf(id)
    const twin = settled.find((other) => rooms[other.id] === rooms[id] || twins.includes(other.id))
    const lean = leaningOf(id)
    const leans = hueOf(lean, middle)
    const cost = (color: Rgb, index: number) =>
      (USED * used[index]! * palette.length) / total - LEANING * alignment(leans, hueOf(color, center))
    const choice = twin?.choice ?? argmin(palette.map(cost))
    used[choice]! += area(id)
    settled.push({ id, choice })
    const color = palette[choice]!
    const lift = lightened * (lightness(lean) - lightness(color))
    color.forEach((value, part) => (colors[3 * id + part] = Math.min(1, Math.max(0, value + lift))))
  }
  return colors
}

/** Those of a palette that look colored and let lines be seen, or all when there are none. */
function fitting(palette: readonly Rgb[]): readonly Rgb[] {
  const different = [...new Map(palette.map((color) => [color.join(), color])).values()]
  const fit = different.filter((color) => lightness(color) >= DARK && Math.min(...color) < WHITE)
  return fit.length > 0 ? fit : different
}

/** How much of the guess still shows, 1 .. 0: it gives way as hints cover the figure. */
export function guessShare(regions: Regions, borders: Uint8Array, segments: Segments): number {
  const isHinted = new Uint8Array(regions.count)
  segments.regions.forEach((region, segment) => (isHinted[region]! |= segments.hinted[segment]!))
  let figure = 0
  let hinted = 0
  let count = 0
  for (const id of figureOf(regions, borders)) {
    figure += regions.areas[id]!
    if (!isHinted[id]) continue
    hinted += regions.areas[id]!
    count++
  }
  return Math.max(STAYS[count] ?? 0, 1 - hinted / (GONE * figure || 1))
}

/** The regions that are not the paper around the figure. */
const figureOf = ({ areas }: Regions, borders: Uint8Array) =>
  [...areas.keys()].filter((id) => borders[id]! < PAPER_BORDER)

function meanOf(colors: readonly Rgb[]): Rgb {
  const part = (index: 0 | 1 | 2) => colors.reduce((sum, color) => sum + color[index], 0) / colors.length
  return [part(0), part(1), part(2)]
}

/** How a color differs from another, its lightness left out. */
function hueOf(color: Rgb, from: Rgb): Rgb {
  const [r, g, b] = [color[0] - from[0], color[1] - from[1], color[2] - from[2]]
  const grey = (r + g + b) / 3
  return [r - grey, g - grey, b - grey]
}

/** -1 .. 1: whether a leaning points to a color's hue, as far as it is one at all. */
function alignment(leans: Rgb, hue: Rgb): number {
  const product = leans[0] * hue[0] + leans[1] * hue[1] + leans[2] * hue[2]
  const strength = Math.hypot(...leans)
  return (product / (strength * Math.hypot(...hue) || 1)) * Math.min(1, strength / CLEAR)
}

const argmin = (values: number[]) => values.indexOf(Math.min(...values))

/**
 * Regions of the figure that only a closed gap parts are one room: its number for each region. (A gap to the paper is a hole
 * in the outline; one between two areas more often a narrow place.)
 */
function roomsOf(regions: Regions, borders: Uint8Array, ink: Uint8Array, width: number): Int32Array {
  const { ids, count } = regions
  const rooms = Int32Array.from({ length: count }, (_, id) => id)
  const join = (at: number, next: number) => {
    if (ids[at] === ids[next] || ink[at]! > CLEAN_INK || ink[next]! > CLEAN_INK) return
    const [one, other] = [ids[at]!, ids[next]!]
    if (borders[one]! >= PAPER_BORDER || borders[other]! >= PAPER_BORDER || rooms[one] === rooms[other])
      return
    const [from, to] = [rooms[one]!, rooms[other]!]
    for (let id = 0; id < count; id++) if (rooms[id] === from) rooms[id] = to
  }
  for (let at = 0; at < ids.length; at++) {
    if ((at + 1) % width !== 0) join(at, at + 1)
    if (at + width < ids.length) join(at, at + width)
  }
  return rooms
}

/** FNV-1a over every 17th pixel. */
function seedOf(ink: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < ink.length; at += 17) hash = Math.imul(hash ^ ink[at]!, 0x01000193)
  return hash >>> 0
}
