/**
 * Makes a picture's training tile: a 512 px color layer without ink (RGBA) and its line drawings (ink, one channel). Null
 * when the picture cannot be read or shows nothing.
 */
import { readFile } from 'node:fs/promises'

import sharp from 'sharp'

import { colorDog } from './colorDog.ts'
import { takeInkOut } from './inkless.ts'
import { erode, open } from './morphology.ts'
import type { Picture } from './picture.ts'
import { contentFrame, drawnBox, renderSvg } from './svgFrame.ts'
import { parseSvg } from './svgTree.ts'
import { vectorLine } from './vectorLine.ts'

export const tileSide = 512
/** Line width of rewritten vectors, in tile pixels. */
const lineWidth = 2.8

export interface Tile {
  layer: Uint8Array
  lines: { kind: 'vector' | 'black' | 'dog' | 'own'; ink: Uint8Array }[]
  inked: boolean
}

export async function tileOf({ art }: Picture): Promise<Tile | null> {
  const lines: Tile['lines'] = []
  let rgba: Uint8Array
  let drawn: Uint8Array | undefined
  if (art.kind === 'svg') {
    const root = parseSvg(art.svg)
    const frame = await contentFrame(root)
    if (frame === null) return null
    rgba = await renderSvg(root, frame, tileSide)
    const rewritten = vectorLine(root, (lineWidth * frame.width) / tileSide)
    lines.push({ kind: 'vector', ink: hollow(inkOf(await renderSvg(rewritten, frame, tileSide))) })
    if (art.black !== undefined) {
      drawn = inkOf(await renderSvg(parseSvg(art.black), frame, tileSide))
      lines.push({ kind: 'black', ink: drawn })
    }
  } else {
    const raster = await rasterTile(art.file, tileSide)
    if (raster === null) return null
    rgba = raster
  }
  const isJpeg = art.kind === 'raster' && art.file.endsWith('.jpg')
  const { rgba: layer, ink, share } = takeInkOut(rgba, tileSide, tileSide, isJpeg ? 3 : 2, drawn)
  if (opaqueShare(layer) < 0.05) return null
  const inked = share > 0.012
  lines.push({ kind: 'dog', ink: await colorDog(rgba, tileSide, tileSide) })
  if (inked && art.kind === 'raster') lines.push({ kind: 'own', ink })
  return { layer, lines, inked }
}

export async function thumbnailOf({ art }: Picture, side: number): Promise<Uint8Array | null> {
  if (art.kind === 'raster') return rasterTile(art.file, side)
  const root = parseSvg(art.svg)
  const frame = await contentFrame(root)
  return frame === null ? null : renderSvg(root, frame, side)
}

function opaqueShare(layer: Uint8Array): number {
  let count = 0
  for (let at = 3; at < layer.length; at += 4) if (layer[at]! > 128) count++
  return count / (layer.length / 4)
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
  const inside = erode(open(ink, tileSide, tileSide, 12), tileSide, tileSide, 3)
  for (let i = 0; i < ink.length; i++) if (inside[i]! >= 128) ink[i] = 0
  return ink
}

/** White around a drawing becomes transparent where it touches the border; the content is centered in a square. */
async function rasterTile(file: string, side: number): Promise<Uint8Array | null> {
  const image = sharp(await readFile(file))
    .toColourspace('srgb')
    .ensureAlpha()
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true })
  const isJpeg = file.endsWith('.jpg')
  clearBorder(data, info.width, info.height, isJpeg ? 218 : 243)
  if (isJpeg) dropSpecks(data, info.width, info.height)
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

/** Compression leaves freckles of not quite white paper around outlines. */
function dropSpecks(rgba: Uint8Array, width: number, height: number): void {
  const alpha = open(
    rgba.filter((_, i) => i % 4 === 3),
    width,
    height,
    1,
  )
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
