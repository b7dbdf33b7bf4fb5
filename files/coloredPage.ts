/** A colored page as a file of any kind: the same for rooms, for pictures without a room, and for the command. */
import { encodeOra } from './ora.ts'
import { pageLayers, type HintLayer } from './pageLayers.ts'
import { encodePsd } from './psd.ts'
import { encodePng } from './image.ts'
import { largerFlats } from '../shared/largerFlats.ts'
import { saturate, type PageLook } from '../shared/pageSettings.ts'
import type { GreyPage, RgbPicture } from '../shared/picture.ts'
import { colorsOf, underLines, Upsampler } from '../shared/upsampler.ts'

export const pageFormats = ['png', 'color', 'flats', 'psd', 'ora'] as const
export type PageFormat = (typeof pageFormats)[number]

export type ColoredPage = {
  page: GreyPage
  /** At a size of its own, as the networks made it. */
  layer: RgbPicture
  /** At the working size (PageColoring.sortedFlats). */
  flats: RgbPicture
  look: PageLook
  hints: readonly HintLayer[]
  /** Of a flat color's layer (pageLayers.ts). */
  nameOf?: (color: number) => string
}

export async function encodePage(
  format: PageFormat,
  { page, layer, flats, look, hints, nameOf }: ColoredPage,
): Promise<Uint8Array> {
  switch (format) {
    case 'png':
      return encodePng(underLines(layer, page, look))
    case 'color':
      return encodePng(colorsOf(layer, page, look))
    case 'flats':
      // The look of few colors is theirs at any size.
      saturate(flats, look.saturation)
      return encodePng(largerFlats(flats, page))
    case 'psd':
    case 'ora': {
      const colors = new Upsampler(page, layer).apply(layer)
      const layers = pageLayers({ page, colors, flats: largerFlats(flats, page), hints, look, nameOf })
      return format === 'psd' ? encodePsd(layers) : encodeOra(layers)
    }
  }
}
