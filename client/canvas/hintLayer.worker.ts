/** Paints hints beside the page's own thread, one answer a task after the first message, which opens the page. */
import type { Splice } from '../../shared/splice.ts'
import type { Stroke } from '../../shared/strokes.ts'
import type { Size } from '../../shared/workSize.ts'
import { HintPainter, type HintPatch } from './hintPainter.ts'

export type HintPage = { page: Size; grey: Uint8Array }
export type HintTask = { strokes: Splice<Stroke> }
export type HintAnswer = { patch: HintPatch | null }

let painter: HintPainter | undefined

addEventListener('message', ({ data }: MessageEvent<HintPage | HintTask>) => {
  if ('grey' in data) {
    painter = new HintPainter(data)
    return
  }
  const patch = painter?.paint(data.strokes) ?? null
  const answer: HintAnswer = { patch }
  postMessage(answer, { transfer: patch ? [patch.painted.buffer, patch.shown.buffer] : [] })
})
