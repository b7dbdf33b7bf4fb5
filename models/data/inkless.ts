/**
 * Takes the ink out of a colored picture: thin dark structures (outlines, wrinkles, pupils' rims) and their blurred edges are
 * replaced by the nearest clean pixel, color and opacity alike. Large dark areas stay: they are color. Also returns how much
 * of an ink line each pixel was, as a line drawing of its own.
 */
import { close, dilate } from './morphology.ts'

/** Dark structures up to 2 r wide count as lines. */
const radius = 11
const contrast = 45
const darkest = 135

export interface Inkless {
  rgba: Uint8Array
  /** 0 paper .. 255 ink: the picture's own outlines. */
  ink: Uint8Array
  /** 255 where a pixel was taken for ink and got another's color. */
  taken: Uint8Array
  /** Share of the pixels that were ink. */
  share: number
}

/** `drawn`: the artist's own ink where it is known; it counts in full, however thick. */
export function takeInkOut(
  rgba: Uint8Array,
  width: number,
  height: number,
  halo: number,
  drawn?: Uint8Array,
): Inkless {
  const pixels = width * height
  const luma = new Uint8Array(pixels)
  for (let i = 0, at = 0; i < pixels; i++, at += 4) {
    const value = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0)
    luma[i] = 255 + ((value - 255) * (rgba[at + 3] ?? 0)) / 255
  }
  const closed = close(luma, width, height, radius)
  const ink = new Uint8Array(pixels)
  let mask = new Uint8Array(pixels)
  let count = 0
  for (let i = 0; i < pixels; i++) {
    const here = luma[i] ?? 0
    const hat = (closed[i] ?? 0) - here
    // Lines multiply what lies under them, so ink is the share of light they take.
    ink[i] = here < 190 ? Math.min(255, (Math.max(0, hat - 14) * 280) / (closed[i] || 1)) : 0
    if ((hat > contrast && here < darkest) || (drawn !== undefined && drawn[i]! > 128)) {
      mask[i] = 255
      count++
    }
  }
  mask = new Uint8Array(dilate(mask, width, height, halo))
  return { rgba: fillFromNearest(rgba, mask, width, height), ink, taken: mask, share: count / pixels }
}

/** Each masked pixel takes the color of the clean pixel it is reached from first (breadth first). */
export function fillFromNearest(
  rgba: Uint8Array,
  mask: Uint8Array,
  width: number,
  height: number,
): Uint8Array {
  const words = new Uint32Array(rgba.slice().buffer)
  const waiting = mask.slice()
  const queue = new Int32Array(width * height)
  let end = 0
  const steps = [-1, 1, -width, width]
  for (let i = 0; i < waiting.length; i++) {
    if (waiting[i] !== 0) continue
    const x = i % width
    const touches =
      (x > 0 && waiting[i - 1] !== 0) ||
      (x < width - 1 && waiting[i + 1] !== 0) ||
      (waiting[i - width] ?? 0) !== 0 ||
      (waiting[i + width] ?? 0) !== 0
    if (touches) queue[end++] = i
  }
  for (let read = 0; read < end; read++) {
    const from = queue[read] ?? 0
    const x = from % width
    for (const step of steps) {
      const to = from + step
      if ((step === -1 && x === 0) || (step === 1 && x === width - 1) || (waiting[to] ?? 0) === 0) continue
      waiting[to] = 0
      words[to] = words[from] ?? 0
      queue[end++] = to
    }
  }
  return new Uint8Array(words.buffer)
}
