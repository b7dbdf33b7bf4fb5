/**
 * The color layer at another size than the networks': brought up so that color stops at the lines, and put under them.
 *
 * Where the four nearest layer pixels hold no ink, their bilinear mean is the color: no line can lie between them. All other
 * pixels take the color of their neighbour, joined in order of ink like the hint map (shared/hintmap.ts): what lies beside a
 * line gets the color of its own side, and the line itself comes last. A narrow place without any clean layer pixel keeps
 * the layer's own color.
 */
import { BucketQueue } from '../shared/bucketQueue.ts'
import { LINE_INK } from '../shared/fill.ts'
import { inkAtWorkSize } from '../shared/ink.ts'
import { positions } from './bilinear.ts'
import type { GreyPage, RgbPicture } from './image.ts'

/** Layer pixels with more ink than this have part of a line in them. */
const CLEAN_INK = 24

const OPEN = 0
const DONE = 1

/** `layer` brought to the size of `page`. */
export function colorAtPageSize(layer: RgbPicture, page: GreyPage): RgbPicture {
  const { width, height, grey } = page
  const target = { ...layer, paddedWidth: layer.width, paddedHeight: layer.height }
  const layerInk = inkAtWorkSize(grey, page, target)
  const rgb = new Uint8Array(3 * width * height)
  const state = new Uint8Array(width * height)
  const columns = positions(width, layer.width)
  const rows = positions(height, layer.height)
  for (let y = 0, at = 0; y < height; y++) {
    const row = rows[y]!
    for (let x = 0; x < width; x++, at++) {
      const column = columns[x]!
      const a = row.low * layer.width + column.low
      const b = row.low * layer.width + column.high
      const c = row.high * layer.width + column.low
      const d = row.high * layer.width + column.high
      for (let channel = 0; channel < 3; channel++) {
        const above =
          layer.rgb[3 * a + channel]! * (1 - column.share) + layer.rgb[3 * b + channel]! * column.share
        const below =
          layer.rgb[3 * c + channel]! * (1 - column.share) + layer.rgb[3 * d + channel]! * column.share
        rgb[3 * at + channel] = Math.round(above * (1 - row.share) + below * row.share)
      }
      const clean =
        layerInk[a]! <= CLEAN_INK &&
        layerInk[b]! <= CLEAN_INK &&
        layerInk[c]! <= CLEAN_INK &&
        layerInk[d]! <= CLEAN_INK
      state[at] = clean ? DONE : OPEN
    }
  }
  spreadToLines(rgb, state, page)
  return { width, height, rgb }
}

/** Gives every open pixel the color of the neighbour it joins. */
function spreadToLines(rgb: Uint8Array, state: Uint8Array, { width, height, grey }: GreyPage): void {
  const queue = new BucketQueue(width * height)
  const count = width * height
  // Only done pixels beside an open one can hand on their color.
  const bordersOpen = (at: number) => {
    const column = at % width
    return (
      (column > 0 && state[at - 1] === OPEN) ||
      (column < width - 1 && state[at + 1] === OPEN) ||
      (at >= width && state[at - width] === OPEN) ||
      (at < count - width && state[at + width] === OPEN)
    )
  }
  for (let at = 0; at < count; at++) if (state[at] === DONE && bordersOpen(at)) queue.push(at, 0)
  const join = (from: number, to: number) => {
    if (state[to] !== OPEN) return
    state[to] = DONE
    rgb.copyWithin(3 * to, 3 * from, 3 * from + 3)
    queue.push(to, Math.max(queue.level, 255 - grey[to]!))
  }
  const drain = (highest: number) => {
    for (let at = queue.pop(highest); at !== -1; at = queue.pop(highest)) {
      const column = at % width
      if (column > 0) join(at, at - 1)
      if (column < width - 1) join(at, at + 1)
      if (at >= width) join(at, at - width)
      if (at < count - width) join(at, at + width)
    }
  }
  drain(LINE_INK - 1)
  for (let at = 0; at < count; at++) {
    if (state[at] === OPEN && 255 - grey[at]! < LINE_INK) {
      state[at] = DONE
      queue.push(at, LINE_INK - 1)
    }
  }
  drain(255)
}

/** What people see: the color layer times the line art, at the line art's size. The ink itself is untouched. */
export function underLines(layer: RgbPicture, page: GreyPage): RgbPicture {
  const { width, height, rgb } = colorAtPageSize(layer, page)
  for (let at = 0; at < width * height; at++) {
    const grey = page.grey[at]!
    if (grey === 255) continue
    for (let channel = 3 * at; channel < 3 * at + 3; channel++)
      rgb[channel] = Math.round((rgb[channel]! * grey) / 255)
  }
  return { width, height, rgb }
}
