/**
 * Brings refined frames to the page's own size along its lines (shared/upsampler.ts): the networks' 512 px edges then do not
 * show when somebody looks closely. Does one task after the other.
 */
import { Upsampler } from '../../shared/upsampler.ts'
import type { GreyPage } from '../../shared/picture.ts'
import type { Size } from '../../shared/workSize.ts'

/** First the page's lines at the size wanted; then frames, as WebP, each laid over those before; `crispen` asks for what they show. */
export type CrispenTask =
  | { kind: 'page'; width: number; height: number; grey: Uint8Array<ArrayBuffer> }
  | ({ kind: 'frame'; x: number; y: number; bytes: Uint8Array<ArrayBuffer> } & Size)
  | { kind: 'crispen'; revision: number }
/** The bitmap is handed over. Null when there is nothing to make it of. */
export type CrispenAnswer = { revision: number; bitmap: ImageBitmap | null }

let page: GreyPage | undefined
let canvas: OffscreenCanvas | undefined
let upsampler: { of: Size; made: Upsampler } | undefined
let work: Promise<unknown> = Promise.resolve()

onmessage = ({ data }: MessageEvent<CrispenTask>) => {
  work = work.then(() => handle(data)).catch(() => {}) // A frame that cannot be read is left out.
}

async function handle(task: CrispenTask): Promise<void> {
  if (task.kind === 'page') page = task
  else if (task.kind === 'frame') await lay(task)
  else {
    const bitmap = await crispened().catch(() => null)
    const answer: CrispenAnswer = { revision: task.revision, bitmap }
    postMessage(answer, { transfer: bitmap ? [bitmap] : [] })
  }
}

async function lay({ width, height, x, y, bytes }: Extract<CrispenTask, { kind: 'frame' }>): Promise<void> {
  const blob = new Blob([bytes], { type: 'image/webp' })
  const frame = await createImageBitmap(blob, { colorSpaceConversion: 'none' })
  if (canvas?.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height)
  context(canvas).drawImage(frame, x, y)
  frame.close()
}

const context = (of: OffscreenCanvas) => of.getContext('2d', { willReadFrequently: true })!

async function crispened(): Promise<ImageBitmap | null> {
  if (!page || !canvas) return null
  const { width, height } = canvas
  const { data } = context(canvas).getImageData(0, 0, width, height)
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
