/** Paints previews beside the page's own thread, one answer a task. */
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { PreviewPainter } from './previewPainter.ts'

export type PreviewTask = { grey: Uint8Array; page: Size } | { keep: number; tail: Stroke[]; wet: Stroke }
export type PreviewAnswer = { width: number; height: number; pixels: Uint32Array<ArrayBuffer> }

let painter: PreviewPainter | undefined

addEventListener('message', ({ data }: MessageEvent<PreviewTask>) => {
  if ('grey' in data) {
    painter = new PreviewPainter(data.grey, data.page)
    return
  }
  if (!painter) return
  painter.sync(data.keep, data.tail)
  const pixels = painter.paint(data.wet)
  const answer: PreviewAnswer = { width: painter.size.width, height: painter.size.height, pixels }
  postMessage(answer, { transfer: [pixels.buffer] })
})
