/**
 * A picture in layers, as PSD and ORA files hold it: what pageLayers.ts makes of a page and psd.ts and ora.ts write.
 *
 * Pictures of a large page are many and large: `picture` and `composite` may be made anew whenever they are read, and nobody keeps them.
 * So an encoder reads each once, and has one at a time.
 */
import type { RgbaPicture, RgbPicture } from '../shared/picture.ts'

/** Its pixels lie at (`left`, `top`) of the whole, in whole pixels; `opacity` 0..1. */
export type PixelLayer = {
  name: string
  blend: 'normal' | 'multiply'
  opacity: number
  hidden: boolean
  left: number
  top: number
  readonly picture: RgbaPicture
}
export type LayerGroup = { name: string; opacity: number; hidden: boolean; layers: Layer[] }
export type Layer = PixelLayer | LayerGroup

/** `layers`: the lowest first. `composite`: what they look like together. */
export type LayeredPicture = {
  width: number
  height: number
  readonly composite: RgbPicture
  layers: Layer[]
}
