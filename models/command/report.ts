/** What people and programs are told while pages are colored and at the end. */
import { progressBar, type ProgressBar } from '../progressBar.ts'
import type { Outcome } from './colorPages.ts'
import type { Request } from './request.ts'

export type ReportOptions = Pick<Request, 'stage' | 'json'> & {
  total: number
  /** Of several pages; of one its line alone is told. */
  isBatch: boolean
  /** Nobody watches a bar there. */
  isCi: boolean
  out: Screen
  err: Screen
}
type Screen = { isTTY?: boolean; write(text: string): unknown }

/**
 * One line a page, or on a terminal a bar and the faults; at the end a summary, and the faults once more on `err`. With `json` a summary
 * for programs is all there is on `out`.
 */
export class Report {
  readonly #outcomes: Outcome[] = []
  readonly #began = performance.now()
  readonly #options: ReportOptions
  readonly #screen: Screen & { isTTY: boolean }
  readonly #bar: ProgressBar

  constructor(options: ReportOptions) {
    const { total, json, out, err, isCi } = options
    const screen = json ? err : out
    this.#options = options
    this.#screen = { isTTY: screen.isTTY === true && !isCi, write: (text) => screen.write(text) }
    this.#bar = progressBar(total, 'pages', this.#screen)
  }

  tell(outcome: Outcome): void {
    const { isBatch, total, stage } = this.#options
    const line = lineOf(outcome, stage)
    this.#outcomes.push(outcome)
    if (!isBatch) {
      if (outcome.outcome === 'colored') this.#screen.write(`${line}\n`)
      return
    }
    if (outcome.outcome === 'failed' || !this.#screen.isTTY)
      this.#bar.note(`[${this.#outcomes.length}/${total}] ${line}`)
    this.#bar.advance(1, outcome.sketch)
  }

  get isWell(): boolean {
    return this.#outcomes.every(({ outcome }) => outcome !== 'failed')
  }

  /** Also when the command is interrupted. */
  end(): void {
    this.#bar.end()
    const { isBatch, total, json, out, err } = this.#options
    const ms = Math.round(performance.now() - this.#began)
    const [colored, skipped, failed] = (['colored', 'skipped', 'failed'] as const).map((kind) =>
      this.#outcomes.filter(({ outcome }) => outcome === kind).map(({ outcome: _, ...rest }) => rest),
    )
    const left = total - this.#outcomes.length
    if (json) out.write(`${JSON.stringify({ colored, skipped, failed, left, ms }, null, 1)}\n`)
    if (isBatch) {
      const counts = [
        `${colored!.length} colored`,
        `${skipped!.length} skipped (done already)`,
        `${failed!.length} failed`,
        ...(left > 0 ? [`${left} left: run the same again to go on`] : []),
      ]
      this.#screen.write(`${counts.join(', ')}; ${(ms / 1000).toFixed(1)} s\n`)
    }
    for (const each of this.#outcomes) if (each.outcome === 'failed') err.write(`${each.reason}\n`)
  }
}

function lineOf(outcome: Outcome, stage: Request['stage']): string {
  switch (outcome.outcome) {
    case 'colored':
      return `${outcome.out}: ${outcome.width} x ${outcome.height}, ${stage}`
    case 'skipped':
      return `${outcome.out}: done already`
    case 'failed':
      return outcome.reason
  }
}
