/**
 * The page's line art in the browser: its grey values to compute with, and its ink to draw, black that is as opaque as the line is
 * dark (over any color that is the color times the line art), at its own size and at halves of it. Decoded beside the page's own thread.
 * The bitmaps belong to the caller.
 */
import { inkAtWorkSize } from '../../shared/ink.ts'
import type { Size } from '../../shared/workSize.ts'
import { problemOf } from '../api/api.ts'
import type { DecodedLineArt } from './lineArt.worker.ts'

export type LineArt = {
  page: Size
  grey: Uint8Array
  /** Each half as large as the one before; at least one. */
  ink: readonly ImageBitmap[]
}

export async function decodeLineArt(png: Blob): Promise<LineArt> {
  const worker = new Worker(new URL('./lineArt.worker.ts', import.meta.url), { type: 'module' })
  try {
    const decoded = await new Promise<DecodedLineArt>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<DecodedLineArt>) => resolve(data)
      worker.onerror = () => reject(problemOf('no-line-art'))
      worker.postMessage(png)
    })
    if ('problem' in decoded) throw problemOf(decoded.problem)
    return decoded
  } finally {
    worker.terminate()
  }
}

export const closeLineArt = ({ ink }: LineArt) => ink.forEach((bitmap) => bitmap.close())

/** The ink to draw at `scale` device pixels a page pixel: hardly larger than it is seen, so that drawing costs what is seen. */
export function inkFor({ ink }: LineArt, scale: number): ImageBitmap {
  const halves = Math.floor(Math.log2(1 / scale))
  return ink[Math.min(ink.length - 1, Math.max(0, halves))]!
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
export function inkAt({ page, grey }: Pick<LineArt, 'page' | 'grey'>, size: Size): Uint8Array {
  if (size.width === page.width && size.height === page.height) return grey.map((value) => 255 - value)
  return inkAtWorkSize(grey, page, { ...size, paddedWidth: size.width, paddedHeight: size.height })
}
