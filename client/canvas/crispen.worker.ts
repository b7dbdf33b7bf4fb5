/**
 * Brings refined frames to the page's own size along its lines (shared/upsampler.ts): the networks' 512 px edges then do not
 * show when somebody looks closely. Does one frame after the other.
 */
import { Upsampler } from '../../shared/upsampler.ts'
import type { Size } from '../../shared/workSize.ts'

/** First the page's lines at the size wanted; then frames, as WebP. */
export type CrispenTask =
  { size: Size; grey: Uint8Array<ArrayBuffer> } | { revision: number; bytes: Uint8Array<ArrayBuffer> }
/** The bitmap is handed over. Null when the frame could not be read. */
export type CrispenAnswer = { revision: number; bitmap: ImageBitmap | null }

let page: { width: number; height: number; grey: Uint8Array<ArrayBuffer> } | undefined
let upsampler: { of: Size; made: Upsampler } | undefined

onmessage = ({ data }: MessageEvent<CrispenTask>) => {
  if ('size' in data) {
    page = { ...data.size, grey: data.grey }
    return
  }
  const { revision, bytes } = data
  crispen(bytes)
    .catch(() => null)
    .then((bitmap) =>
      postMessage({ revision, bitmap } satisfies CrispenAnswer, { transfer: bitmap ? [bitmap] : [] }),
    )
    .catch(() => {}) // The page is gone.
}

async function crispen(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap | null> {
  if (!page) return null
  const frame = await createImageBitmap(new Blob([bytes], { type: 'image/webp' }), {
    colorSpaceConversion: 'none',
  })
  const { width, height } = frame
  const context = new OffscreenCanvas(width, height).getContext('2d')!
  context.drawImage(frame, 0, 0)
  frame.close()
  const { data } = context.getImageData(0, 0, width, height)
  const rgb = new Uint8Array(3 * width * height)
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    rgb[to] = data[from]!
    rgb[to + 1] = data[from + 1]!
    rgb[to + 2] = data[from + 2]!
  }
  if (!upsampler || upsampler.of.width !== width || upsampler.of.height !== height) {
    upsampler = { of: { width, height }, made: new Upsampler(page, { width, height }) }
  }
  const large = upsampler.made.apply({ width, height, rgb })
  const rgba = new Uint8ClampedArray(4 * large.width * large.height).fill(255)
  for (let from = 0, to = 0; to < rgba.length; from += 3, to += 4) {
    rgba[to] = large.rgb[from]!
    rgba[to + 1] = large.rgb[from + 1]!
    rgba[to + 2] = large.rgb[from + 2]!
  }
  return createImageBitmap(new ImageData(rgba, large.width, large.height))
}
