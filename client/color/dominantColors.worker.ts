/** Answers each picture with its dominant colors, in order. The bitmap is given away. */
import { dominantColors, type DominantColor } from './dominantColors.ts'

export type DominantTask = { bitmap: ImageBitmap; count: number }
export type DominantAnswer = readonly DominantColor[]

/** Long side at which colors are counted. */
const SIDE = 160

onmessage = ({ data: { bitmap, count } }: MessageEvent<DominantTask>) => {
  const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height))
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
  // Mixed pixels would be colors the picture does not have.
  context.imageSmoothingEnabled = false
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  postMessage(dominantColors(context.getImageData(0, 0, width, height).data, count))
}
