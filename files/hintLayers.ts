/**
 * Hints as layers, one a guest: what is painted today, by who painted it. What was undone or erased is on no layer, and of strokes over each
 * other the upper one's pixels count, as everywhere. At the page's own size; about 8 bytes a pixel of it while there are any.
 */
import type { HintLayer } from './pageLayers.ts'
import type { GreyPage, RgbaPicture } from '../shared/picture.ts'
import { colorOf, HintRaster, pixelOf, type Rect } from '../shared/raster.ts'
import type { Stroke } from '../shared/strokes.ts'
import type { Size } from '../shared/workSize.ts'

/** Guests in the order in which they first painted what is there; `nameOf` a guest's id. */
export function hintLayers(
  page: GreyPage,
  strokes: readonly Stroke[],
  nameOf: (guest: string) => string,
): HintLayer[] {
  if (strokes.length === 0) return []
  const { width, height } = page
  const size = { width, height }
  const raster = new HintRaster({ page: size, size, ink: page.grey.map((grey) => 255 - grey) })
  // Painted by their numbers, so that a pixel tells its stroke.
  raster.update(strokes.map((stroke, i) => ({ ...stroke, color: i })))
  const { pixels } = raster
  const areas = areasOf(pixels, width, strokes)
  return [...new Set(strokes.map(({ by }) => by))].flatMap((guest) => {
    const area = areas.get(guest)
    if (!area) return []
    return {
      name: nameOf(guest),
      left: area.left,
      top: area.top,
      get picture() {
        return cutOut(pixels, width, area, strokes, guest)
      },
    }
  })
}

/** Where each guest's pixels are. */
function areasOf(pixels: Uint32Array, width: number, strokes: readonly Stroke[]): Map<string, Rect> {
  const areas = new Map<string, Rect>()
  for (let at = 0; at < pixels.length; at++) {
    if (pixels[at] === 0) continue
    const { by } = strokes[colorOf(pixels[at]!)]!
    const x = at % width
    const y = Math.floor(at / width)
    const area = areas.get(by)
    if (!area) areas.set(by, { left: x, top: y, right: x + 1, bottom: y + 1 })
    else {
      area.left = Math.min(area.left, x)
      area.right = Math.max(area.right, x + 1)
      area.bottom = y + 1
    }
  }
  return areas
}

function cutOut(pixels: Uint32Array, stride: number, area: Rect, strokes: readonly Stroke[], guest: string) {
  const width = area.right - area.left
  const height = area.bottom - area.top
  const cut = new Uint32Array(width * height)
  const colors = Uint32Array.from(strokes, ({ by, color }) => (by === guest ? pixelOf(color) : 0))
  for (let y = 0, to = 0; y < height; y++) {
    const row = (area.top + y) * stride + area.left
    for (let x = 0; x < width; x++, to++) {
      const pixel = pixels[row + x]!
      if (pixel !== 0) cut[to] = colors[colorOf(pixel)]!
    }
  }
  return { width, height, rgba: new Uint8Array(cut.buffer) }
}

/** Hints that came as a picture, at the page's size: each pixel the nearest one's. */
export const hintPicture = (page: Size, picture: RgbaPicture): HintLayer => ({
  name: 'Hints',
  picture: atSize(picture, page),
})

function atSize(picture: RgbaPicture, { width, height }: Size): RgbaPicture {
  if (picture.width === width && picture.height === height) return picture
  const from = new Uint32Array(picture.rgba.slice().buffer)
  const to = new Uint32Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * picture.height) / height) * picture.width
    for (let x = 0; x < width; x++, at++)
      to[at] = from[row + Math.floor(((x + 0.5) * picture.width) / width)]!
  }
  return { width, height, rgba: new Uint8Array(to.buffer) }
}
