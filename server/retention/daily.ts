/**
 * Does something once a day, at a moment of its own: after a restart of several servers they do not all come at once. `alone` says whether
 * another server does it now; the day counts as done then. What fails is tried the next day.
 */
const DAY_MS = 86_400_000
const FIRST_MS = 10 * 60_000

export type DailyOptions = {
  work(): Promise<unknown>
  /** Runs `work` unless it runs elsewhere. */
  alone(work: () => Promise<unknown>): Promise<unknown>
  onFailure(error: unknown): void
  /** 0 to 1 */
  random?: () => number
}

/** The first time some minutes to hours after the start. Gives the way to end it. */
export function daily({ work, alone, onFailure, random = Math.random }: DailyOptions): () => void {
  let timer: NodeJS.Timeout | undefined
  const next = (ms: number) => {
    timer = setTimeout(() => void alone(work).catch(onFailure).finally(again), ms).unref()
  }
  let isOver = false
  const again = () => {
    if (!isOver) next(DAY_MS * (0.95 + 0.1 * random()))
  }
  next(FIRST_MS * (1 + 11 * random()))
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
