/**
 * What this browser remembers of how a person likes the tools. Read distrustfully: what is missing, damaged or out of range is as it
 * is for a newcomer. Without storage (private windows) everything still works.
 */
export const pickSources = ['refined', 'hints', 'lines'] as const
/** Where the eyedropper picks from: the coloring, the hints alone, or the line art as it was uploaded. */
export type PickSource = (typeof pickSources)[number]

export type ToolOptions = {
  /** A pen that is pressed harder paints wider. */
  pressure: boolean
  /** 0 .. 100. */
  stabilizer: number
  /** Gaps in the lines that a fill closes, in page pixels per 1000 of the page's long side: 0 .. `WIDEST_GAP`. */
  gap: number
  pickFrom: PickSource
}

export const WIDEST_GAP = 20
export const usualOptions: ToolOptions = { pressure: true, stabilizer: 0, gap: 6, pickFrom: 'refined' }

const ENTRY = 'nurie:tools'

const within = (value: unknown, most: number, usual: number) =>
  typeof value === 'number' && value >= 0 && value <= most ? value : usual

export function readOptions(text: string | null): ToolOptions {
  const usual = usualOptions
  let kept: unknown
  try {
    kept = JSON.parse(text ?? '')
  } catch {
    return { ...usual }
  }
  if (typeof kept !== 'object' || kept === null) return { ...usual }
  const { pressure, stabilizer, gap, pickFrom } = kept as Record<string, unknown>
  return {
    pressure: typeof pressure === 'boolean' ? pressure : usual.pressure,
    stabilizer: within(stabilizer, 100, usual.stabilizer),
    gap: within(gap, WIDEST_GAP, usual.gap),
    pickFrom: pickSources.find((source) => source === pickFrom) ?? usual.pickFrom,
  }
}

export function rememberedOptions(): ToolOptions {
  try {
    return readOptions(localStorage.getItem(ENTRY))
  } catch {
    return { ...usualOptions }
  }
}

export function rememberOptions(options: ToolOptions): void {
  try {
    localStorage.setItem(ENTRY, JSON.stringify(options))
  } catch {
    // Full or forbidden: a session works without it.
  }
}
