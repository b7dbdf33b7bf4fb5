/**
 * A colored page as layers for paint programs, the lowest first: "Flats" (a group, one layer a color), "Colors", "Hints" (a group, one
 * layer a guest, hidden), "Lines" (multiplied). Seen together they are the picture people see (`underLines` of shared/upsampler.ts).
 */
import { hexOf } from '../shared/hexColor.ts'
import { saturate, type PageLook } from '../shared/pageSettings.ts'
import { opaque, type GreyPage, type RgbaPicture, type RgbPicture } from '../shared/picture.ts'
import { linesOver } from '../shared/upsampler.ts'
import { flatLayers } from './flatLayers.ts'
import type { LayeredPicture } from './layers.ts'

/** `picture` lies at (`left`, `top`) of the page, at its corner when left out. It may be made anew whenever it is read. */
export type HintLayer = { name: string; left?: number; top?: number; readonly picture: RgbaPicture }

export type PageLayersOptions = {
  page: GreyPage
  /** The color layer at the page's size, before its look. Given away: it is brought to the look's saturation. */
  colors: RgbPicture
  /** One color a region, at the page's size, before its look. Not to be changed later. */
  flats: RgbPicture
  /** What each guest painted of what is there today, the lowest first. */
  hints: readonly HintLayer[]
  look: PageLook
  /** The name of a flat color's layer (0xRRGGBB, before the look); its hex code when left out. */
  nameOf?: ((color: number) => string) | undefined
}

export function pageLayers({ page, colors, flats, hints, look, nameOf }: PageLayersOptions): LayeredPicture {
  const { width, height } = page
  saturate(colors, look.saturation)
  const plain = { blend: 'normal', opacity: 1, hidden: false, left: 0, top: 0 } as const
  return {
    width,
    height,
    get composite() {
      return linesOver({ ...colors, rgb: colors.rgb.slice() }, page, look.lineOpacity)
    },
    layers: [
      {
        name: 'Flats',
        opacity: 1,
        hidden: false,
        layers: flatLayers(flats, look.saturation, nameOf ?? hexOf),
      },
      {
        ...plain,
        name: 'Colors',
        get picture() {
          return opaque(colors)
        },
      },
      {
        name: 'Hints',
        opacity: 1,
        hidden: true,
        layers: hints.map((hint) => ({
          ...plain,
          name: hint.name,
          left: hint.left ?? 0,
          top: hint.top ?? 0,
          get picture() {
            return hint.picture
          },
        })),
      },
      {
        ...plain,
        name: 'Lines',
        blend: 'multiply',
        opacity: look.lineOpacity,
        get picture() {
          return inkOf(page)
        },
      },
    ],
  }
}

/** The line art on its white paper, bit for bit. */
function inkOf({ width, height, grey }: GreyPage): RgbaPicture {
  const rgba = new Uint8Array(4 * width * height)
  const pixels = new Uint32Array(rgba.buffer)
  for (let at = 0; at < grey.length; at++) pixels[at] = 0xff000000 | (grey[at]! * 0x010101)
  return { width, height, rgba }
}
