/**
 * A line drawing from a colored picture by difference of Gaussians in each channel (opacity included): draws a line along
 * every edge of color, on its darker side, and never makes solid black. 0 paper .. 255 ink.
 */
import sharp from 'sharp'

const sigma = 1.4
const ratio = 2.2
const threshold = 0.015 * 255
const gain = 9

export async function colorDog(rgba: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  const pixels = width * height
  const planes = new Uint8Array(3 * pixels)
  const shape = new Uint8Array(pixels)
  for (let i = 0; i < pixels; i++) {
    const alpha = (rgba[4 * i + 3] ?? 0) / 255
    for (let c = 0; c < 3; c++) planes[3 * i + c] = 255 + ((rgba[4 * i + c] ?? 0) - 255) * alpha
    shape[i] = 255 - 96 * alpha
  }
  const ink = new Uint8Array(pixels)
  for (const [plane, channels] of [
    [planes, 3],
    [shape, 1],
  ] as const) {
    const [fine, coarse] = await Promise.all([
      blur(plane, width, height, channels, sigma),
      blur(plane, width, height, channels, sigma * ratio),
    ])
    for (let i = 0; i < pixels; i++) {
      for (let c = 0; c < channels; c++) {
        const at = channels * i + c
        const value = ((coarse[at] ?? 0) - (fine[at] ?? 0) - threshold) * gain
        if (value > (ink[i] ?? 0)) ink[i] = Math.min(255, value)
      }
    }
  }
  return ink
}

function blur(
  plane: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3,
  by: number,
): Promise<Buffer> {
  const image = sharp(plane, { raw: { width, height, channels } }).blur(by)
  return (channels === 1 ? image.toColourspace('b-w') : image).raw().toBuffer()
}
