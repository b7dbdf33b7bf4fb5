/**
 * What professionals do by hand: a bucket fill at the start of every stroke, gaps closed (trapped ball, shared/fill.ts), its
 * color drawn under the lines, the strokes themselves on top. What no fill reached is white, or takes the nearest fill's color.
 */
import { fillRegion } from '../../../shared/fill.ts'
import type { Hint } from '../hints.ts'
import { whitePage, type Method } from '../method.ts'
import { nearestPainted } from '../metrics/nearestStroke.ts'
import { PAPER_INK, type Picture } from '../picture.ts'

/** Pixels at 512: the gap that is closed, and how far a fill runs on under the lines ("area expansion" in paint programs). */
const GAP = 8
const UNDER_LINES = 4

export function bucketFill(): Method {
  let filled = new WeakMap<Hint, Int32Array>()
  let current: Picture | undefined
  return {
    names: ['fill', 'fill-nearest'],
    slow: false,
    color({ picture, hints, pixels }) {
      if (current !== picture) filled = new WeakMap()
      current = picture
      const { side, ink } = picture
      const colors = new Int32Array(side * side).fill(-1)
      for (const [i, hint] of hints.entries()) {
        const before = hints.slice(0, i).map((other) => filled.get(other)!)
        if (!filled.has(hint)) filled.set(hint, regionOf(picture, hint, before))
        for (const at of filled.get(hint)!) colors[at] = hint.stroke.color
      }
      for (let at = 0; at < colors.length; at++) {
        const pixel = pixels[at]!
        if (pixel !== 0 && ink[at]! < PAPER_INK) {
          colors[at] = ((pixel & 255) << 16) | (pixel & 0xff00) | ((pixel >>> 16) & 255)
        }
      }
      const reach = Math.round((UNDER_LINES * side) / 512)
      const fill = spread(colors, side, reach, (at) => ink[at]! >= PAPER_INK)
      return Promise.resolve({ fill, 'fill-nearest': spread(colors, side, 2 * side, () => true) })
    },
  }
}

/** The pixels a click fills; one already in an earlier fill fills the same. */
function regionOf({ side, ink }: Picture, { stroke }: Hint, before: readonly Int32Array[]): Int32Array {
  const x = Math.min(side - 1, Math.floor(stroke.points[0]! / 8))
  const y = Math.min(side - 1, Math.floor(stroke.points[1]! / 8))
  const start = y * side + x
  const known = before.find((region) => region.includes(start))
  if (known) return known
  const { rect, mask } = fillRegion(
    { ink, stride: side, width: side, height: side },
    x,
    y,
    (GAP * side) / 512,
  )
  const width = rect.right - rect.left
  const pixels: number[] = []
  mask.forEach((is, i) => {
    if (is) pixels.push((rect.top + Math.floor(i / width)) * side + rect.left + (i % width))
  })
  return Int32Array.from(pixels)
}

/** Each uncolored pixel that `takes` gets the nearest color within `reach`; what is left is white. */
function spread(colors: Int32Array, side: number, reach: number, takes: (at: number) => boolean) {
  const layer = whitePage(side)
  const nearest = nearestPainted(
    colors.map((color) => (color === -1 ? 0 : 1)),
    side,
    reach,
  )
  for (let at = 0; at < colors.length; at++) {
    const source = nearest[at]!
    if (source === -1 || (source !== at && !takes(at))) continue
    const color = colors[source]!
    layer.rgb[3 * at] = color >> 16
    layer.rgb[3 * at + 1] = (color >> 8) & 255
    layer.rgb[3 * at + 2] = color & 255
  }
  return layer
}
