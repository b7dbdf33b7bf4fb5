/** Asks what a fill under the pointer would paint: one question at a time, the newest wins. The page is opened with the first. */
import type { FillQuestion, FillTint } from './fillTint.ts'
import type { FillAnswer, FillPage } from './fillTint.worker.ts'
import type { LineArt } from './lineArt.ts'

export class FillHover {
  readonly #art: Pick<LineArt, 'page' | 'grey'>
  readonly #answered: (tint: FillTint) => void
  #worker: Worker | undefined
  #isBusy = false
  #next: FillQuestion | undefined

  /** `answered` is told what is new. */
  constructor(art: Pick<LineArt, 'page' | 'grey'>, answered: (tint: FillTint) => void) {
    this.#art = art
    this.#answered = answered
  }

  ask(question: FillQuestion): void {
    this.#next = question
    this.#send()
  }

  close(): void {
    this.#worker?.terminate()
  }

  #send(): void {
    if (this.#isBusy || !this.#next) return
    this.#worker ??= this.#open()
    this.#worker.postMessage(this.#next)
    this.#next = undefined
    this.#isBusy = true
  }

  #open(): Worker {
    const worker = new Worker(new URL('./fillTint.worker.ts', import.meta.url), { type: 'module' })
    worker.addEventListener('message', ({ data }: MessageEvent<FillAnswer>) => {
      this.#isBusy = false
      if (data) this.#answered(data)
      this.#send()
    })
    const { page, grey } = this.#art
    worker.postMessage({ page, grey } satisfies FillPage)
    return worker
  }
}
