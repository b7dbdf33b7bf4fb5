/** What a page looks like without any network: its hints spread over it (shared/hintmap.ts), the rest white. At the working size. */
import { HintMapper } from '../../shared/hintmap.ts'
import { inkAtWorkSize } from '../../shared/ink.ts'
import type { GreyPage, RgbPicture } from '../../shared/picture.ts'
import { HintRaster } from '../../shared/raster.ts'
import { regionsOf } from '../../shared/regions.ts'
import { strokesIn } from '../../shared/strokes.ts'
import { workSizeOf } from '../../shared/workSize.ts'

export function spreadHints({ grey, ...page }: GreyPage, document: Uint8Array): RgbPicture {
  const work = workSizeOf(page)
  const { width, height, paddedWidth: stride, paddedHeight: rows } = work
  const ink = inkAtWorkSize(grey, page, work)
  const raster = new HintRaster({ page, size: { width, height }, stride, rows, ink })
  raster.update(strokesIn(document))
  const { color } = new HintMapper({ ink, work, regions: regionsOf(ink, work) }).spread(raster.pixels)
  const rgb = new Uint8Array(3 * width * height).fill(255)
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 3) {
      const pixel = color[y * stride + x]!
      if (pixel === 0) continue
      rgb[to] = pixel & 0xff
      rgb[to + 1] = (pixel >> 8) & 0xff
      rgb[to + 2] = (pixel >> 16) & 0xff
    }
  }
  return { width, height, rgb }
}
