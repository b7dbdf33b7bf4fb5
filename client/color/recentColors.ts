/** The colors this person painted with last, newest first, remembered by this browser. Without storage they last as long as the page. */
import { isColor } from '../../shared/strokes.ts'

const ENTRY = 'nurie:recent-colors'
export const RECENT_COLORS = 12

export function rememberedColors(): number[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(ENTRY) ?? '[]')
    return Array.isArray(value) ? value.filter(isColor).slice(0, RECENT_COLORS) : []
  } catch {
    return []
  }
}

export function rememberColors(colors: readonly number[]): void {
  try {
    localStorage.setItem(ENTRY, JSON.stringify(colors))
  } catch {
    // Full or forbidden: they are forgotten with the page.
  }
}

/** With `color` as the newest. */
export const withRecent = (colors: readonly number[], color: number): number[] =>
  [color, ...colors.filter((each) => each !== color)].slice(0, RECENT_COLORS)
