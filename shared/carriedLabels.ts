/**
 * Labels of a layer's pixels (its segments, say) brought to the page's size. A pixel beside a line has the label of its own side
 * of it (sides.ts). Where no line lies, the border between two labels becomes smooth: each pixel has that of its four nearest
 * layer pixels' labels which weighs most around it, by a cubic B-spline.
 */
import type { Position } from './bilinear.ts'
import type { Sides } from './sides.ts'
import type { Size } from './workSize.ts'

/** `labels`: one number a layer pixel, row by row. */
export function carriedLabels(
  labels: Int32Array,
  { page, layer, columns, rows, ...sides }: Sides,
): Int32Array {
  const carried = new Int32Array(page.width * page.height)
  for (let y = 0, to = 0; y < page.height; y++) {
    const row = rows[y]!
    const upper = row.low * layer.width
    const lower = row.high * layer.width
    for (let x = 0; x < page.width; x++, to++) {
      const column = columns[x]!
      const label = labels[upper + column.low]!
      const isAlone =
        label === labels[upper + column.high] &&
        label === labels[lower + column.low] &&
        label === labels[lower + column.high]
      carried[to] = isAlone ? label : heaviest(labels, layer, column, row)
    }
  }
  for (let i = 0; i < sides.narrow.length; i++) carried[sides.narrow[i]!] = labels[sides.narrowFrom[i]!]!
  for (let i = 0; i < sides.joined.length; i++) carried[sides.joined[i]!] = carried[sides.joinedFrom[i]!]!
  return carried
}

/** The label that weighs most around a place, of the four in its middle. */
function heaviest(labels: Int32Array, { width, height }: Size, column: Position, row: Position): number {
  const across = spline(column.share)
  const down = spline(row.share)
  let best = 0
  let most = -1
  for (let corner = 0; corner < 4; corner++) {
    const label = labels[(corner < 2 ? row.low : row.high) * width + (corner % 2 ? column.high : column.low)]!
    let weight = 0
    for (let j = 0; j < 4; j++) {
      const start = width * Math.min(height - 1, Math.max(0, row.low + j - 1))
      for (let i = 0; i < 4; i++) {
        const x = Math.min(width - 1, Math.max(0, column.low + i - 1))
        if (labels[start + x] === label) weight += across[i]! * down[j]!
      }
    }
    if (weight <= most) continue
    most = weight
    best = label
  }
  return best
}

/** Weights of the four pixels around a place `share` of the way between the second and the third. */
function spline(share: number): [number, number, number, number] {
  const rest = 1 - share
  return [
    rest ** 3 / 6,
    (3 * share ** 3 - 6 * share ** 2 + 4) / 6,
    (3 * rest ** 3 - 6 * rest ** 2 + 4) / 6,
    share ** 3 / 6,
  ]
}
