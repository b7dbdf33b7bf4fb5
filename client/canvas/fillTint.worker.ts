/** Finds what a fill would paint beside the page's own thread: one answer a question after the first message, which opens the page. */
import type { Size } from '../../shared/workSize.ts'
import { FillTinter, type FillQuestion, type FillTint } from './fillTint.ts'

export type FillPage = { page: Size; grey: Uint8Array }
/** Null: the same as before. */
export type FillAnswer = FillTint | null

let tinter: FillTinter | undefined

addEventListener('message', ({ data }: MessageEvent<FillPage | FillQuestion>) => {
  if ('grey' in data) {
    tinter = new FillTinter(data)
    return
  }
  const answer: FillAnswer = tinter?.at(data) ?? null
  postMessage(answer, { transfer: answer ? [answer.pixels.buffer] : [] })
})
