/** Pictures in memory, row by row from the top left. */
import type { Size } from './workSize.ts'

/** A drawing: one byte a pixel, white paper = 255. */
export type GreyPage = Size & { grey: Uint8Array }
/** Four bytes a pixel, alpha not premultiplied. */
export type RgbaPicture = Size & { rgba: Uint8Array }
/** Three bytes a pixel. */
export type RgbPicture = Size & { rgb: Uint8Array }
