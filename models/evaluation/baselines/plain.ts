/** What anything must beat: the white page, and the hint map shown as it is. */
import { HintMapper } from '../../../shared/hintmap.ts'
import { inkAtWorkSize } from '../../../shared/ink.ts'
import type { RgbPicture } from '../../../shared/picture.ts'
import { regionsOf } from '../../../shared/regions.ts'
import { workSizeOf } from '../../../shared/workSize.ts'
import { whitePage, type Method } from '../method.ts'
import { pageOf } from '../nurie.ts'
import type { Picture } from '../picture.ts'

export const white: Method = {
  names: ['white'],
  slow: false,
  color: ({ picture }) => Promise.resolve({ white: whitePage(picture.side) }),
}

/** The instant preview: every pixel in the color of its hint, white without any. */
export function map(): Method {
  let current: { picture: Picture; mapper: HintMapper } | undefined
  return {
    names: ['map'],
    slow: false,
    color({ picture, pixels }) {
      if (current?.picture !== picture) current = { picture, mapper: mapperOf(picture) }
      return Promise.resolve({ map: painted(current.mapper.spread(pixels).color, picture.side) })
    },
  }
}

function mapperOf(picture: Picture): HintMapper {
  const page = pageOf(picture)
  const work = workSizeOf(page, picture.side)
  const ink = inkAtWorkSize(page.grey, page, work)
  return new HintMapper({ ink, work, regions: regionsOf(ink, work) })
}

function painted(pixels: Uint32Array, side: number): RgbPicture {
  const layer = whitePage(side)
  pixels.forEach((pixel, at) => {
    if (pixel === 0) return
    layer.rgb[3 * at] = pixel & 255
    layer.rgb[3 * at + 1] = (pixel >>> 8) & 255
    layer.rgb[3 * at + 2] = (pixel >>> 16) & 255
  })
  return layer
}
