/** The page's line art in the browser: a bitmap to draw and its grey values to compute with. The bitmap belongs to the caller. */
import { inkAtWorkSize } from '../../shared/ink.ts'
import type { Size } from '../../shared/workSize.ts'

export type LineArt = { bitmap: ImageBitmap; page: Size; grey: Uint8Array }

export async function decodeLineArt(png: Blob): Promise<LineArt> {
  const bitmap = await createImageBitmap(png, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' })
  const page = { width: bitmap.width, height: bitmap.height }
  const canvas = new OffscreenCanvas(page.width, page.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  const rgba = context.getImageData(0, 0, page.width, page.height).data
  const grey = new Uint8Array(page.width * page.height)
  for (let i = 0; i < grey.length; i++) grey[i] = rgba[4 * i]!
  return { bitmap, page, grey }
}

/** The page brought down so that its long side is at most `side`. */
export function sizeWithin(page: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(page.width, page.height))
  return {
    width: Math.max(1, Math.round(page.width * scale)),
    height: Math.max(1, Math.round(page.height * scale)),
  }
}

/** The ink of the line art at `size`: one byte a pixel, 0 paper. */
export function inkAt({ page, grey }: LineArt, size: Size): Uint8Array {
  if (size.width === page.width && size.height === page.height) return grey.map((value) => 255 - value)
  return inkAtWorkSize(grey, page, { ...size, paddedWidth: size.width, paddedHeight: size.height })
}
