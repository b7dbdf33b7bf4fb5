/** Tells beside the page's own thread which stroke made what is seen: one answer a list of strokes, after the first message, the page. */
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { StrokeLabeler, type StrokeLabels } from './strokeLabels.ts'

export type LabelPage = { grey: Uint8Array; page: Size }
export type LabelTask = { strokes: readonly Stroke[] }

let labeler: StrokeLabeler | undefined

addEventListener('message', ({ data }: MessageEvent<LabelPage | LabelTask>) => {
  if ('grey' in data) {
    labeler = new StrokeLabeler(data.grey, data.page)
    return
  }
  if (!labeler) return
  const answer: StrokeLabels = labeler.label(data.strokes)
  postMessage(answer, { transfer: [answer.touched.buffer, answer.spread.buffer] })
})
