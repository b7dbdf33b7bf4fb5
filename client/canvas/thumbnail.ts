/** A small picture of the page as it is colored now, lines over the newest colors; made in one go, for its bitmaps may be closed after it. */
import { drawLayers, type Frames } from './frames.ts'
import { inkFor, sizeWithin, type LineArt } from './lineArt.ts'

const SIDE = 360
const QUALITY = 0.82

export function drawThumbnail(art: LineArt, frames: Pick<Frames, 'shown'>): Promise<Blob> {
  const size = sizeWithin(art.page, SIDE)
  const canvas = new OffscreenCanvas(size.width, size.height)
  const context = canvas.getContext('2d')!
  context.imageSmoothingQuality = 'high'
  context.fillStyle = '#fff'
  context.fillRect(0, 0, size.width, size.height)
  drawLayers(context, frames.shown('refined')?.layers ?? [], size)
  context.drawImage(inkFor(art, size.width / art.page.width), 0, 0, size.width, size.height)
  return canvas.convertToBlob({ type: 'image/webp', quality: QUALITY })
}
