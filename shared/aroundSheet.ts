/**
 * What lies around a sheet of paper in a photo: the desk. It begins where the color changes or light falls at once by more than a shadow's
 * edge takes (paper may become as dark as it likes little by little), reaches the picture's border, and leaves a shape without dents.
 * Found on a coarse map; when any of this does not hold, all is sheet.
 */
import type { Size } from './workSize.ts'

/** Long side of the coarse map. */
const SIDE = 128
/** The part of each side around the middle that must be paper, and how much of it must. */
const MIDDLE = 0.6
const MIDDLE_PAPER = 0.75
/** Paper that is lit like the middle differs from it by so much in a channel; in a shadow, where other light comes from elsewhere, by more. */
const SAME_COLOR = 0.1
const SHADOW_COLOR = 0.2
/** In the middle paper is at least this light; from one place to those beside it a shadow leaves so much, as encoded. */
const LIT = 0.5
const SHADOW_STEP = 0.45
/** "Beside" in cells: the edge of a desk is as wide as a cell or two, for cells may lie across it. */
const BESIDE = 2
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

/** Where paper goes on from the middle; undefined when the middle is not of one color. */
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
  const differs = (at: number) => Math.max(Math.abs(warm[at]! - paper.warm), Math.abs(cool[at]! - paper.cool))
  const isLit = (at: number) => light[at]! >= LIT * paper.light && differs(at) < SAME_COLOR
  const seeds = middle.filter(isLit)
  const isPaper = new Uint8Array(light.length)
  const around = function* (at: number) {
    const x = at % width
    const y = Math.floor(at / width)
    for (let row = Math.max(0, y - BESIDE); row <= Math.min(height - 1, y + BESIDE); row++)
      for (let column = Math.max(0, x - BESIDE); column <= Math.min(width - 1, x + BESIDE); column++)
        yield row * width + column
  }
  // From the middle outwards: what is paper by what lies beside it.
  const edge = [...seeds]
  for (const at of edge) isPaper[at] = 1
  while (edge.length > 0) {
    const from = edge.pop()!
    const x = from % width
    const next = [x > 0 ? from - 1 : -1, x < width - 1 ? from + 1 : -1, from - width, from + width]
    for (const at of next) {
      if (at < 0 || at >= isPaper.length || isPaper[at] || differs(at) >= SHADOW_COLOR) continue
      let brightest = 0
      for (const beside of around(at))
        if (isPaper[beside] && light[beside]! > brightest) brightest = light[beside]!
      if (light[at]! < SHADOW_STEP * brightest) continue
      isPaper[at] = 1
      edge.push(at)
    }
  }
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
