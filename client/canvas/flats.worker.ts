/** Reduces pictures to flats beside the page's own thread, one answer a task after the first, which opens the page. */
import type { Splice } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import { FlatsPainter, type FlatsPage } from './flatsPainter.ts'

/** The picture is handed over. */
export type FlatsTask = { strokes: Splice<Stroke>; picture: ImageBitmap }
/** Null when the picture could not be reduced. The bitmap is handed over. */
export type FlatsAnswer = { bitmap: ImageBitmap | null }

let painter: FlatsPainter | undefined
let canvas: OffscreenCanvas | undefined

/** The picture's colors at the working size. */
function read(picture: ImageBitmap, { width, height }: FlatsPainter['work']) {
  canvas ??= new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.drawImage(picture, 0, 0, width, height)
  picture.close()
  const { data } = context.getImageData(0, 0, width, height)
  const rgb = new Uint8Array(3 * width * height)
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    rgb[to] = data[from]!
    rgb[to + 1] = data[from + 1]!
    rgb[to + 2] = data[from + 2]!
  }
  return { width, height, rgb }
}

addEventListener('message', ({ data }: MessageEvent<FlatsPage | FlatsTask>) => {
  if ('grey' in data) {
    painter = new FlatsPainter(data)
    return
  }
  const { work, large } = painter!
  const pixels = painter!.paint(data.strokes, read(data.picture, work))
  const image = new ImageData(new Uint8ClampedArray(pixels.buffer), large.width, large.height)
  createImageBitmap(image).then(
    (bitmap) => postMessage({ bitmap } satisfies FlatsAnswer, { transfer: [bitmap] }),
    () => postMessage({ bitmap: null } satisfies FlatsAnswer),
  )
})
