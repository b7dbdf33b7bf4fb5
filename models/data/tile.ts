/**
 * Makes a picture's training tile: a 512 px color layer without ink (RGBA), its line drawings (ink, one channel) and, of
 * vector drawings, its region map. Null when the picture cannot be read or shows nothing.
 */
import sharp from 'sharp'

import { colorDog } from './colorDog.ts'
import { takeInkOut } from './inkless.ts'
import { erode, open } from './morphology.ts'
import type { Picture } from './picture.ts'
import { regionMap } from './regionMap.ts'
import { contentFrame, drawnBox, type Frame, renderSvg } from './svgFrame.ts'
import { parseSvg, type SvgNode } from './svgTree.ts'
import { vectorLine } from './vectorLine.ts'

export const tileSide = 512
/** Line width of rewritten vectors, in tile pixels. */
const lineWidth = 2.8
/** Blacks hold a square of side 2 solid + 1 before they count as solid. */
const solid = 12

export interface Tile {
  layer: Uint8Array
  lines: { kind: 'vector' | 'black' | 'dog' | 'own'; ink: Uint8Array }[]
  /** Region ids as regionMap gives them; null where the source is no vector drawing. */
  regions: Uint16Array | null
  inked: boolean
}

/** A drawing of less ink (sum of 0 .. 255) is empty: about one line across the tile. */
const leastInk = 255 * 2 * tileSide
/** The least share of the color edges' ink that vector outlines have to have. */
const leastVector = 0.3

type RasterArt = Extract<Picture['art'], { kind: 'raster' }>

export async function tileOf({ art }: Picture): Promise<Tile | null> {
  const lines: Tile['lines'] = []
  let rgba: Uint8Array
  let drawn: Uint8Array | undefined
  let vector: { root: SvgNode; frame: Frame } | undefined
  if (art.kind === 'svg') {
    const root = parseSvg(art.svg)
    const frame = await contentFrame(root)
    if (frame === null) return null
    vector = { root, frame }
    rgba = await renderSvg(root, frame, tileSide)
    const rewritten = vectorLine(root, (lineWidth * frame.width) / tileSide)
    lines.push({ kind: 'vector', ink: hollow(inkOf(await renderSvg(rewritten, frame, tileSide))) })
    if (art.black !== undefined) {
      drawn = inkOf(await renderSvg(parseSvg(art.black), frame, tileSide))
      lines.push({ kind: 'black', ink: drawn })
    }
  } else {
    const raster = await rasterTile(art, tileSide)
    if (raster === null) return null
    rgba = raster
  }
  const halo = art.kind === 'raster' && art.lossy ? 3 : 2
  const { rgba: layer, ink, taken, share } = takeInkOut(rgba, tileSide, tileSide, halo, drawn)
  if (opaqueShare(layer) < 0.05 || colorfulShare(layer) < 0.015) return null
  const inked = share > 0.012
  const edges = await colorDog(rgba, tileSide, tileSide)
  if (sumOf(edges) < leastInk) return null
  // Drawings made of fades alone have next to no vector outlines: only the edges of their colors draw them.
  if (lines[0] !== undefined && sumOf(lines[0].ink) < leastVector * sumOf(edges)) lines.shift()
  lines.push({ kind: 'dog', ink: edges })
  if (inked && art.kind === 'raster') lines.push({ kind: 'own', ink })
  const regions = vector && (await regionMap(vector.root, vector.frame, tileSide, layer, taken))
  return { layer, lines, regions: regions ?? null, inked }
}

export async function thumbnailOf({ art }: Picture, side: number): Promise<Uint8Array | null> {
  if (art.kind === 'raster') return rasterTile(art, side)
  const root = parseSvg(art.svg)
  const frame = await contentFrame(root)
  return frame === null ? null : renderSvg(root, frame, side)
}

function opaqueShare(layer: Uint8Array): number {
  let count = 0
  for (let at = 3; at < layer.length; at += 4) if (layer[at]! > 128) count++
  return count / (layer.length / 4)
}

/** What a child would take for a color, after the ink is gone. */
function colorfulShare(layer: Uint8Array): number {
  let count = 0
  for (let at = 0; at < layer.length; at += 4) {
    const [r, g, b] = [layer[at]!, layer[at + 1]!, layer[at + 2]!]
    if (layer[at + 3]! > 128 && Math.max(r, g, b) - Math.min(r, g, b) > 40) count++
  }
  return count / (layer.length / 4)
}

function sumOf(ink: Uint8Array): number {
  return ink.reduce((sum, value) => sum + value, 0)
}

function inkOf(rgba: Uint8Array): Uint8Array {
  const ink = new Uint8Array(rgba.length / 4)
  for (let i = 0, at = 0; i < ink.length; i++, at += 4) {
    ink[i] = ((255 - (rgba[at + 1] ?? 0)) * (rgba[at + 3] ?? 0)) / 255
  }
  return ink
}

/** Large solid blacks become outlines: what they hide is color, and the layer keeps it. */
function hollow(ink: Uint8Array): Uint8Array {
  if (!hasRun(ink, 2 * solid + 1)) return ink
  const inside = erode(open(ink, tileSide, tileSide, solid), tileSide, tileSide, 3)
  for (let i = 0; i < ink.length; i++) if (inside[i]! >= 128) ink[i] = 0
  return ink
}

/** Whether any row holds so many pixels of ink in a row: without one nothing is solid. */
function hasRun(ink: Uint8Array, length: number): boolean {
  let run = 0
  for (let i = 0; i < ink.length; i++) {
    run = i % tileSide === 0 || ink[i]! < 128 ? 0 : run + 1
    if (run >= length) return true
  }
  return false
}

/** White around a drawing becomes transparent where it touches the border; the content is centered in a square. */
async function rasterTile({ bytes, lossy }: RasterArt, side: number): Promise<Uint8Array | null> {
  const image = sharp(bytes).toColourspace('srgb').ensureAlpha()
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  clearBorder(data, info.width, info.height, lossy ? 218 : 243)
  if (lossy) dropSpecks(data, info.width, info.height)
  const box = drawnBox(data, info.width, info.height)
  if (box === null) return null
  const pad = Math.round((0.04 * side) / 1.08)
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .extract({ left: box.x, top: box.y, width: box.width, height: box.height })
    .resize(side - 2 * pad, side - 2 * pad, { fit: 'contain', background: '#ffffff00', kernel: 'cubic' })
    .extend({ top: pad, bottom: pad, left: pad, right: pad, background: '#ffffff00' })
    .raw()
    .toBuffer()
}

/** Compression leaves freckles of not quite white paper around outlines, in larger pictures larger ones. */
function dropSpecks(rgba: Uint8Array, width: number, height: number): void {
  const shown = rgba.filter((_, i) => i % 4 === 3)
  const alpha = open(shown, width, height, Math.max(1, Math.round(width / 200)))
  for (let i = 0; i < alpha.length; i++) rgba[4 * i + 3] = alpha[i]!
}

function clearBorder(rgba: Uint8Array, width: number, height: number, paper: number): void {
  const isPaper = (i: number): boolean =>
    rgba[4 * i + 3] !== 0 && Math.min(rgba[4 * i] ?? 0, rgba[4 * i + 1] ?? 0, rgba[4 * i + 2] ?? 0) > paper
  const stack: number[] = []
  for (let x = 0; x < width; x++) stack.push(x, (height - 1) * width + x)
  for (let y = 0; y < height; y++) stack.push(y * width, y * width + width - 1)
  for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
    if (i < 0 || i >= width * height || !isPaper(i)) continue
    rgba[4 * i + 3] = 0
    const x = i % width
    if (x > 0) stack.push(i - 1)
    if (x < width - 1) stack.push(i + 1)
    stack.push(i - width, i + width)
  }
}
