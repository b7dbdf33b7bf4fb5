/** Paints previews beside the page's own thread, one answer a task after the first, which opens the page. */
import type { Splice } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { PreviewPainter } from './previewPainter.ts'

export type PreviewPage = { grey: Uint8Array; page: Size }
/** `spare`: the pixels of an earlier answer, to be used again. */
export type PreviewTask = {
  framed: Splice<Stroke>
  painted: Splice<Stroke>
  spare: Uint32Array<ArrayBuffer> | undefined
}
export type PreviewAnswer = Size & { pixels: Uint32Array<ArrayBuffer> }

let painter: PreviewPainter | undefined

addEventListener('message', ({ data }: MessageEvent<PreviewPage | PreviewTask>) => {
  if ('grey' in data) {
    painter = new PreviewPainter(data.grey, data.page)
    return
  }
  if (!painter) return
  const { width, height } = painter.size
  const pixels = data.spare ?? new Uint32Array(width * height)
  painter.paint(data.framed, data.painted, pixels)
  const answer: PreviewAnswer = { width, height, pixels }
  postMessage(answer, { transfer: [pixels.buffer] })
})
