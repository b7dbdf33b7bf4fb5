import sharp from 'sharp'

import { type SvgNode, writeSvg } from './svgTree.ts'

/**
 * Frames a drawing: a view box that holds what is really drawn, padded by 4 %, square unless asked otherwise,
 * so that `renderSvg` fills the tile. Returns null when nothing is drawn.
 */
export interface Frame {
  x: number
  y: number
  width: number
  height: number
}

const unit: Record<string, number> = { pt: 1.25, pc: 15, mm: 3.543, cm: 35.43, in: 90, px: 1 }
const probe = 192

export function pageBox(root: SvgNode): Frame {
  const box = (root.attrs['viewBox'] ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const [x, y, width, height] = box
  if (box.length === 4 && box.every(Number.isFinite) && (width ?? 0) > 0 && (height ?? 0) > 0) {
    return { x: x ?? 0, y: y ?? 0, width: width ?? 1, height: height ?? 1 }
  }
  return { x: 0, y: 0, width: lengthOf(root.attrs['width']), height: lengthOf(root.attrs['height']) }
}

function lengthOf(value: string | undefined): number {
  const match = /^\s*([\d.]+)\s*([a-z%]*)/.exec(value ?? '')
  const size = match === null ? NaN : Number(match[1]) * (unit[match[2] ?? ''] ?? 1)
  return Number.isFinite(size) && size > 0 ? size : 600
}

export function framedSvg(root: SvgNode, frame: Frame, width: number, height: number): Buffer {
  const framed: SvgNode = {
    ...root,
    attrs: {
      ...root.attrs,
      viewBox: `${frame.x} ${frame.y} ${frame.width} ${frame.height}`,
      width: String(width),
      height: String(height),
      preserveAspectRatio: 'xMidYMid meet',
    },
  }
  delete framed.attrs['x']
  delete framed.attrs['y']
  delete framed.attrs['enable-background']
  return Buffer.from(writeSvg(framed))
}

export async function renderSvg(
  root: SvgNode,
  frame: Frame,
  width: number,
  height = width,
): Promise<Uint8Array> {
  const { data } = await sharp(framedSvg(root, frame, width, height), {
    limitInputPixels: 5e7,
    unlimited: true,
  })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return data
}

export async function contentFrame(root: SvgNode, square = true): Promise<Frame | null> {
  const page = pageBox(root)
  const side = Math.max(page.width, page.height)
  const around: Frame = {
    x: page.x - (side - page.width) / 2,
    y: page.y - (side - page.height) / 2,
    width: side,
    height: side,
  }
  const pixels = await renderSvg(root, around, probe)
  const box = drawnBox(pixels, probe, probe)
  if (box === null) return null
  const scale = side / probe
  const pad = 0.04 * Math.max(box.width, box.height) * scale
  let width = box.width * scale + 2 * pad
  let height = box.height * scale + 2 * pad
  const centerX = around.x + (box.x + box.width / 2) * scale
  const centerY = around.y + (box.y + box.height / 2) * scale
  if (square) width = height = Math.max(width, height)
  return { x: centerX - width / 2, y: centerY - height / 2, width, height }
}

/** The box of everything that is neither transparent nor white. */
export function drawnBox(rgba: Uint8Array, width: number, height: number): Frame | null {
  let left = width
  let right = -1
  let top = height
  let bottom = -1
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 4) {
      const alpha = rgba[at + 3] ?? 0
      if (alpha < 16 || Math.min(rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0) > 247) continue
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
  }
  return right < left ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 }
}
