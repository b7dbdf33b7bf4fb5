/**
 * What lies around a sheet of paper in a photo: the desk. It is of another color than the paper or much darker than any shadow, reaches the
 * picture's border, and leaves a shape without dents. Found on a coarse map; when any of this does not hold, all is sheet.
 */
import type { Size } from './workSize.ts'

/** Long side of the coarse map. */
const SIDE = 128
/** The part of each side around the middle that must be paper, and how much of it must. */
const MIDDLE = 0.6
const MIDDLE_PAPER = 0.75
/** Paper differs from itself by so much in a channel, and its shadows are this dark at most, as encoded. */
const SAME_COLOR = 0.1
const DARKEST_SHADOW = 0.5
/** A desk takes so much of the border, and leaves so much sheet. */
const LEAST_BORDER = 0.2
const LEAST_SHEET = 0.2
/** Of the span between the sheet's ends in a row or column, this much is sheet. */
const NO_DENTS = 0.94

/** `planes`: red, green and blue of `size`, without lines. 1 where there is no sheet, its very edge too; undefined: the sheet fills the picture. */
export function aroundSheet(planes: readonly Uint8Array[], size: Size): Uint8Array | undefined {
  const step = Math.max(1, Math.ceil(Math.max(size.width, size.height) / SIDE))
  const width = Math.floor(size.width / step)
  const height = Math.floor(size.height / step)
  if (Math.min(width, height) < 16) return undefined
  const coarse = planes.map((plane) => means(plane, size.width, step, { width, height }))
  const isPaper = paperLike(coarse, { width, height })
  if (!isPaper) return undefined
  const around = floodedFromBorder(isPaper, { width, height })
  if (!around || !isWhole(around, { width, height })) return undefined
  const edge = grown(around, { width, height })
  const out = new Uint8Array(size.width * size.height)
  for (let y = 0, at = 0; y < size.height; y++) {
    const row = Math.min(height - 1, Math.floor(y / step)) * width
    for (let x = 0; x < size.width; x++, at++)
      out[at] = edge[row + Math.min(width - 1, Math.floor(x / step))]!
  }
  return out
}

function means(plane: Uint8Array, stride: number, step: number, { width, height }: Size): Float32Array {
  const out = new Float32Array(width * height)
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to++) {
      let sum = 0
      for (let row = 0; row < step; row++) {
        const from = (y * step + row) * stride + x * step
        for (let at = from; at < from + step; at++) sum += plane[at]!
      }
      out[to] = sum / (step * step)
    }
  }
  return out
}

/** Where the color is that of the middle; undefined when the middle is not of one. */
function paperLike(coarse: readonly Float32Array[], { width, height }: Size): Uint8Array | undefined {
  const [red, green, blue] = coarse as [Float32Array, Float32Array, Float32Array]
  const light = red.map((value, at) => (value + 2 * green[at]! + blue[at]!) / 4)
  const warm = red.map((value, at) => value / (green[at]! + 1))
  const cool = blue.map((value, at) => value / (green[at]! + 1))
  const middle: number[] = []
  const margin = (1 - MIDDLE) / 2
  for (let y = Math.floor(margin * height); y < (1 - margin) * height; y++)
    for (let x = Math.floor(margin * width); x < (1 - margin) * width; x++) middle.push(y * width + x)
  const of = (values: Float32Array, share: number) =>
    middle.map((at) => values[at]!).sort((a, b) => a - b)[Math.floor(share * (middle.length - 1))]!
  const paper = { light: of(light, 0.7), warm: of(warm, 0.5), cool: of(cool, 0.5) }
  const isPaper = Uint8Array.from(light, (value, at) =>
    value >= DARKEST_SHADOW * paper.light &&
    Math.abs(warm[at]! - paper.warm) < SAME_COLOR &&
    Math.abs(cool[at]! - paper.cool) < SAME_COLOR
      ? 1
      : 0,
  )
  const share = middle.filter((at) => isPaper[at]).length / middle.length
  return share >= MIDDLE_PAPER ? isPaper : undefined
}

/** What is no paper and joined to the border; undefined when little of the border is. */
function floodedFromBorder(isPaper: Uint8Array, { width, height }: Size): Uint8Array | undefined {
  const around = new Uint8Array(isPaper.length)
  const stack: number[] = []
  const take = (at: number) => {
    if (isPaper[at] || around[at]) return
    around[at] = 1
    stack.push(at)
  }
  for (let x = 0; x < width; x++) [x, (height - 1) * width + x].forEach(take)
  for (let y = 0; y < height; y++) [y * width, y * width + width - 1].forEach(take)
  if (stack.length < LEAST_BORDER * 2 * (width + height)) return undefined
  while (stack.length > 0) {
    const at = stack.pop()!
    const x = at % width
    if (x > 0) take(at - 1)
    if (x < width - 1) take(at + 1)
    if (at >= width) take(at - width)
    if (at < width * (height - 1)) take(at + width)
  }
  return around
}

/** Whether what is left is large and has no dents, along rows and along columns. */
function isWhole(around: Uint8Array, { width, height }: Size): boolean {
  let sheet = 0
  let spans = 0
  const measure = (lines: number, length: number, at: (line: number, i: number) => number) => {
    for (let line = 0; line < lines; line++) {
      let first = -1
      let last = -1
      for (let i = 0; i < length; i++) {
        if (around[at(line, i)]) continue
        if (first < 0) first = i
        last = i
        sheet++
      }
      if (first >= 0) spans += last - first + 1
    }
  }
  measure(height, width, (y, x) => y * width + x)
  measure(width, height, (x, y) => y * width + x)
  return sheet >= 2 * LEAST_SHEET * width * height && sheet >= NO_DENTS * spans
}

/** One wider all around. */
function grown(mask: Uint8Array, { width, height }: Size): Uint8Array {
  const out = Uint8Array.from(mask)
  for (let at = 0; at < mask.length; at++) {
    if (!mask[at]) continue
    const x = at % width
    const y = Math.floor(at / width)
    for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++)
      out.fill(1, row * width + Math.max(0, x - 1), row * width + Math.min(width - 1, x + 1) + 1)
  }
  return out
}
