/** A colored page as the file that was asked for. */
import { encodeOra } from '../../files/ora.ts'
import { pageLayers, type HintLayer } from '../../files/pageLayers.ts'
import { encodePsd } from '../../files/psd.ts'
import { encodePng } from '../../files/image.ts'
import { largerFlats } from '../../shared/largerFlats.ts'
import { saturate, type PageLook } from '../../shared/pageSettings.ts'
import type { GreyPage, RgbPicture } from '../../shared/picture.ts'
import { colorsOf, underLines, Upsampler } from '../../shared/upsampler.ts'
import type { Format } from './format.ts'

export type ColoredPage = {
  page: GreyPage
  /** At a size of its own, as the networks made it. */
  layer: RgbPicture
  /** At the working size (PageColoring.sortedFlats). */
  flats: RgbPicture
  look: PageLook
  hints: readonly HintLayer[]
}

export async function encodePage(
  format: Format,
  { page, layer, flats, look, hints }: ColoredPage,
): Promise<Uint8Array> {
  switch (format) {
    case 'png':
      return encodePng(underLines(layer, page, look))
    case 'color':
      return encodePng(colorsOf(layer, page, look))
    case 'flats':
      saturate(flats, look.saturation)
      return encodePng(largerFlats(flats, page))
    case 'psd':
    case 'ora': {
      const colors = new Upsampler(page, layer).apply(layer)
      const layers = pageLayers({ page, colors, flats: largerFlats(flats, page), hints, look })
      return format === 'psd' ? encodePsd(layers) : encodeOra(layers)
    }
  }
}
