/** Decodes one line art (see lineArt.ts), halves of it too. */
import type { LineArt } from './lineArt.ts'
import { halved } from './halved.ts'

export type DecodedLineArt = LineArt | { problem: 'no-line-art' }

/** A half that is smaller is not needed: no screen shows a page that small. */
const SMALLEST_SIDE = 256

async function decode(png: Blob): Promise<LineArt> {
  const bitmap = await createImageBitmap(png, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' })
  const page = { width: bitmap.width, height: bitmap.height }
  const context = new OffscreenCanvas(page.width, page.height).getContext('2d', { willReadFrequently: true })!
  context.drawImage(bitmap, 0, 0)
  bitmap.close()
  const { data } = context.getImageData(0, 0, page.width, page.height)
  const grey = new Uint8Array(page.width * page.height)
  for (let at = 0; at < grey.length; at++) grey[at] = data[4 * at]!
  const ink: ImageBitmap[] = []
  let level = { ...page, grey }
  for (;;) {
    ink.push(await inked(level))
    if (Math.max(level.width, level.height) < 2 * SMALLEST_SIDE) break
    level = halved(level)
  }
  return { page, grey, ink }
}

function inked({ width, height, grey }: { width: number; height: number; grey: Uint8Array }) {
  const image = new ImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  for (let at = 0; at < grey.length; at++) pixels[at] = (255 - grey[at]!) << 24
  return createImageBitmap(image)
}

addEventListener('message', ({ data }: MessageEvent<Blob>) => {
  decode(data).then(
    (art) => postMessage(art satisfies DecodedLineArt, { transfer: [art.grey.buffer, ...art.ink] }),
    () => postMessage({ problem: 'no-line-art' } satisfies DecodedLineArt),
  )
})
