/** The smallest page there is something to color on: one closed box, and a hint in it. */
import type { GreyPage, RgbaPicture } from '../../shared/picture.ts'

export const BOX_SIDE = 256

export function boxPage(): GreyPage {
  const grey = new Uint8Array(BOX_SIDE * BOX_SIDE).fill(255)
  for (let i = 60; i < 200; i++) {
    for (const k of [60, 61, 62, 198, 199, 200]) grey[k * BOX_SIDE + i] = grey[i * BOX_SIDE + k] = 0
  }
  return { width: BOX_SIDE, height: BOX_SIDE, grey }
}

export function boxHint(): RgbaPicture {
  const rgba = new Uint8Array(4 * BOX_SIDE * BOX_SIDE)
  for (let y = 120; y < 140; y++) {
    for (let x = 100; x < 160; x++) rgba.set([0x20, 0xa0, 0x40, 255], 4 * (y * BOX_SIDE + x))
  }
  return { width: BOX_SIDE, height: BOX_SIDE, rgba }
}
