/**
 * Flats without colors that nobody could tell apart: the networks give each of twenty regions of skin a shade of its own, a colorist
 * wants to select one skin.
 */
import type { RgbPicture } from './picture.ts'

/** Colors less than this apart (`distance`) look alike, in the flat areas of one page. */
const ALIKE = 9

/** Changes the flats: a color becomes that like it which covers most, or which is one of `fixed` (0xRRGGBB): those stay exactly as they are. */
export function fewerColors({ rgb }: RgbPicture, fixed: ReadonlySet<number>): void {
  const counts = new Map<number, number>()
  for (let at = 0; at < rgb.length; at += 3) {
    const color = colorAt(rgb, at)
    counts.set(color, (counts.get(color) ?? 0) + 1)
  }
  const order = [...counts.keys()].sort(
    (a, b) => Number(fixed.has(b)) - Number(fixed.has(a)) || counts.get(b)! - counts.get(a)! || a - b,
  )
  const kept: number[] = []
  const become = new Map<number, number>()
  for (const color of order) {
    const like = fixed.has(color) ? undefined : kept.find((other) => distance(color, other) < ALIKE)
    if (like === undefined) kept.push(color)
    else become.set(color, like)
  }
  if (become.size === 0) return
  for (let at = 0; at < rgb.length; at += 3) {
    const color = become.get(colorAt(rgb, at))
    if (color === undefined) continue
    rgb[at] = color >> 16
    rgb[at + 1] = color >> 8
    rgb[at + 2] = color
  }
}

const colorAt = (rgb: Uint8Array, at: number) => (rgb[at]! << 16) | (rgb[at + 1]! << 8) | rgb[at + 2]!

/** "Redmean" of compuphase.com/cmetric.htm, a third of it: near to what eyes see, and whole numbers only but for the root. */
function distance(a: number, b: number): number {
  const mean = ((a >> 16) + (b >> 16)) / 2
  const red = (a >> 16) - (b >> 16)
  const green = ((a >> 8) & 0xff) - ((b >> 8) & 0xff)
  const blue = (a & 0xff) - (b & 0xff)
  return Math.sqrt(((2 + mean / 256) * red ** 2 + 4 * green ** 2 + (2 + (255 - mean) / 256) * blue ** 2) / 3)
}
