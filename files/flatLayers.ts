/**
 * Flats as layers: one a color, cropped to where it is, the color that covers most the lowest. Of a page with more than MOST_LAYERS colors
 * (a photo, a page of hundreds of regions) the smallest share one layer, "Other colors".
 *
 * Pixels that are not of a layer's color have it all the same, transparent: who paints on or smooths an edge meets no black fringe,
 * and it packs well.
 */
import { saturate } from '../shared/pageSettings.ts'
import type { RgbaPicture, RgbPicture } from '../shared/picture.ts'
import type { Rect } from '../shared/raster.ts'
import type { PixelLayer } from './layers.ts'

export const MOST_LAYERS = 120

type Area = Rect & { color: number; pixels: number }

/** `nameOf`: of a color (0xRRGGBB) as it is in `flats`; the layers have the saturation. Layers of one name are numbered. */
export function flatLayers(
  flats: RgbPicture,
  saturation: number,
  nameOf: (color: number) => string,
): PixelLayer[] {
  const areas = areasOf(flats).sort((a, b) => b.pixels - a.pixels || a.color - b.color)
  const single = areas.length > MOST_LAYERS ? areas.slice(0, MOST_LAYERS - 1) : areas
  const others = areas.slice(single.length)
  const names = new Map<string, number>()
  const layers = single.map((area) => {
    const name = nameOf(area.color)
    const times = (names.get(name) ?? 0) + 1
    names.set(name, times)
    return layerOf(times === 1 ? name : `${name} ${times}`, area, () => cutOut(flats, area, saturation))
  })
  if (others.length > 0) {
    const rect = others.reduce<Rect>(around, others[0]!)
    const colors = new Set(others.map(({ color }) => color))
    layers.push(layerOf('Other colors', rect, () => cutOutMany(flats, rect, colors, saturation)))
  }
  return layers
}

function layerOf(name: string, { left, top }: Rect, make: () => RgbaPicture): PixelLayer {
  return {
    name,
    blend: 'normal',
    opacity: 1,
    hidden: false,
    left,
    top,
    get picture() {
      return make()
    },
  }
}

const around = (a: Rect, b: Rect): Rect => ({
  left: Math.min(a.left, b.left),
  top: Math.min(a.top, b.top),
  right: Math.max(a.right, b.right),
  bottom: Math.max(a.bottom, b.bottom),
})

const colorAt = (rgb: Uint8Array, at: number) =>
  (rgb[3 * at]! << 16) | (rgb[3 * at + 1]! << 8) | rgb[3 * at + 2]!

/** Where each color is. */
function areasOf({ width, height, rgb }: RgbPicture): Area[] {
  const areas = new Map<number, Area>()
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width;) {
      const color = colorAt(rgb, at)
      const from = x
      do {
        x++
        at++
      } while (x < width && colorAt(rgb, at) === color)
      const area = areas.get(color)
      if (!area) areas.set(color, { color, pixels: x - from, left: from, top: y, right: x, bottom: y + 1 })
      else {
        area.pixels += x - from
        if (from < area.left) area.left = from
        if (x > area.right) area.right = x
        area.bottom = y + 1
      }
    }
  }
  return [...areas.values()]
}

/** A color's pixels, opaque, in its rectangle. */
function cutOut(flats: RgbPicture, { color, ...rect }: Area, saturation: number): RgbaPicture {
  const width = rect.right - rect.left
  const height = rect.bottom - rect.top
  const rgba = new Uint8Array(4 * width * height)
  const pixels = new Uint32Array(rgba.buffer)
  const [red, green, blue] = seenAs(color, saturation)
  pixels.fill(red | (green << 8) | (blue << 16))
  for (let y = 0, to = 3; y < height; y++) {
    const row = (rect.top + y) * flats.width + rect.left
    for (let x = 0; x < width; x++, to += 4) if (colorAt(flats.rgb, row + x) === color) rgba[to] = 255
  }
  return { width, height, rgba }
}

function cutOutMany(
  flats: RgbPicture,
  rect: Rect,
  colors: ReadonlySet<number>,
  saturation: number,
): RgbaPicture {
  const width = rect.right - rect.left
  const height = rect.bottom - rect.top
  const rgba = new Uint8Array(4 * width * height)
  const seen = new Map(Array.from(colors, (color) => [color, seenAs(color, saturation)]))
  for (let y = 0, to = 0; y < height; y++) {
    const row = (rect.top + y) * flats.width + rect.left
    for (let x = 0; x < width; x++, to += 4) {
      const color = seen.get(colorAt(flats.rgb, row + x))
      if (!color) continue
      rgba.set(color, to)
      rgba[to + 3] = 255
    }
  }
  return { width, height, rgba }
}

function seenAs(color: number, saturation: number): [number, number, number] {
  const pixel = { width: 1, height: 1, rgb: Uint8Array.of(color >> 16, color >> 8, color) }
  saturate(pixel, saturation)
  return [pixel.rgb[0]!, pixel.rgb[1]!, pixel.rgb[2]!]
}
