/**
 * What somebody brings as a drawing, told from its pixels: line art as it should be, a drawing that wants cleaning, a colored picture, a
 * page of white lines on black, or nothing that could be colored. Looked at small, so it costs the same for every picture. When in doubt
 * a page is clean: who brings line art is never asked.
 */
import { inkStrength } from './inkStrength.ts'
import { lineArtOf } from './lineCleaning.ts'
import { paperLight, type PaperLight } from './paperLight.ts'
import type { GreyPage, RgbPicture } from './picture.ts'
import { reduced } from './reducedPicture.ts'

/**
 * `clean`: dark lines on white. `drawing`: lines on paper that is not white, a photo or a scan. `colored`: fills of color. `inverted`:
 * light lines on a dark page. The last two are what nothing can be done with, as the refusals call them.
 */
export const pictureKinds = ['clean', 'drawing', 'colored', 'inverted', 'no-lines', 'too-dark'] as const
export type PictureKind = (typeof pictureKinds)[number]

/** What a picture was judged by; shares of its pixels, 0..1. */
export type LineAnalysis = {
  kind: PictureKind
  /** White, or nearly. */
  white: number
  /** White or black: neither grey nor colored. */
  plain: number
  dark: number
  /** Wide fills whose color is not the paper's. */
  colored: number
  /** What a cleaning would leave as lines with paper beside them, and as white paper. */
  ink: number
  paper: number
}

/** Long side of what is looked at. */
const SIDE = 1024
const WHITE = 250
const BLACK = 24
const DARK = 72
/** A channel that misses so much more than another is color, of 255. */
const COLOR = 28

/** Pixels from ink to the paper beside it. */
const EDGE = 4

const MOSTLY = 0.8
/** Shares that make a page clean: half of it white, or next to nothing between black and white. */
const CLEAN_WHITE = 0.5
const CLEAN_PLAIN = 0.85
const COLORED = 0.04
/** Fewer and more ink than this is no drawing. */
const LEAST_INK = 0.002
const MOST_INK = 0.4
const LEAST_PAPER = 0.5

export function analyzeLines(picture: RgbPicture): LineAnalysis {
  const small = reduced(picture, SIDE)
  const seen = look(small)
  if (seen.dark < MOSTLY) return { ...seen, kind: kindOf(seen) }
  const other = look(inverted(small))
  return { ...seen, kind: hasLines(other) ? 'inverted' : 'too-dark' }
}

/** White lines on black become black lines on white. */
export function inverted({ width, height, rgb }: RgbPicture): RgbPicture {
  const out = new Uint8Array(rgb.length)
  for (let at = 0; at < rgb.length; at++) out[at] = 255 - rgb[at]!
  return { width, height, rgb: out }
}

type Seen = Omit<LineAnalysis, 'kind'>

function kindOf(seen: Seen): PictureKind {
  if (!hasLines(seen)) return 'no-lines'
  if (seen.colored >= COLORED) return 'colored'
  return seen.white >= CLEAN_WHITE || seen.plain >= CLEAN_PLAIN ? 'clean' : 'drawing'
}

const hasLines = ({ ink, paper, plain }: Seen) =>
  ink >= LEAST_INK && (plain >= CLEAN_PLAIN || (ink <= MOST_INK && paper >= LEAST_PAPER))

function look(picture: RgbPicture): Seen {
  const { width, height, rgb } = picture
  const all = width * height
  let white = 0
  let black = 0
  let dark = 0
  let tinted = 0
  for (let at = 0; at < rgb.length; at += 3) {
    const most = Math.max(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!)
    const least = Math.min(rgb[at]!, rgb[at + 1]!, rgb[at + 2]!)
    if (least >= WHITE) white++
    else if (most <= BLACK) black++
    if (most <= DARK) dark++
    if (most - least > COLOR) tinted++
  }
  const plain = (white + black) / all
  const seen = { white: white / all, plain, dark: dark / all }
  // Line art as it should be needs no closer look.
  if (tinted === 0 && plain >= CLEAN_PLAIN)
    return { ...seen, colored: 0, ink: 1 - white / all, paper: white / all }
  const light = paperLight(picture)
  const cleaned = lineArtOf(inkStrength(picture, { light }))
  let paper = 0
  for (const value of cleaned.grey) if (value >= WHITE) paper++
  return { ...seen, colored: coloredShare(light), ink: lineInk(cleaned) / all, paper: paper / all }
}

/** How much ink lies beside paper: a line is narrow and has an edge, the dark parts of a blurred picture fade. */
function lineInk({ width, height, grey }: GreyPage): number {
  const isPaper = (x: number, y: number) =>
    x >= 0 && y >= 0 && x < width && y < height && grey[y * width + x]! >= WHITE
  let count = 0
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (grey[at]! >= 128) continue
      if (isPaper(x - EDGE, y) || isPaper(x + EDGE, y) || isPaper(x, y - EDGE) || isPaper(x, y + EDGE))
        count++
    }
  }
  return count
}

/** Of the picture without its lines: what has another color than the paper, in whatever light. */
function coloredShare({ rgb, around }: PaperLight): number {
  const [red, green, blue] = paperColor(rgb, around)
  let colored = 0
  for (let at = 0; at < rgb.length; at += 3) {
    if (around?.[at / 3]) continue
    const r = rgb[at]! / red
    const g = rgb[at + 1]! / green
    const b = rgb[at + 2]! / blue
    if (Math.max(r, g, b) - Math.min(r, g, b) > COLOR / 255) colored++
  }
  return colored / (rgb.length / 3)
}

/** The mean color of the sheet's brightest tenth. */
function paperColor(rgb: Uint8Array, around: Uint8Array | undefined): [number, number, number] {
  const counts = new Uint32Array(256)
  const brightness = (at: number) => (rgb[at]! + 2 * rgb[at + 1]! + rgb[at + 2]!) >> 2
  let all = 0
  for (let at = 0; at < rgb.length; at += 3) {
    if (around?.[at / 3]) continue
    counts[brightness(at)]!++
    all++
  }
  let left = all / 10
  let least = 255
  while (least > 0 && (left -= counts[least]!) > 0) least--
  const sum: [number, number, number] = [1, 1, 1]
  let count = 1
  for (let at = 0; at < rgb.length; at += 3) {
    if (around?.[at / 3] || brightness(at) < least) continue
    for (let channel = 0; channel < 3; channel++) sum[channel]! += rgb[at + channel]!
    count++
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count]
}
