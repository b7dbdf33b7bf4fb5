/** How strongly hints are shown over the coloring, of 100: remembered by this browser. Without storage it lasts as long as the page. */
const ENTRY = 'nurie:hint-opacity'
const PLAIN = 80

export function rememberedHintOpacity(): number {
  try {
    const value = Number(localStorage.getItem(ENTRY) ?? PLAIN)
    return value >= 0 && value <= 100 ? Math.round(value) : PLAIN
  } catch {
    return PLAIN
  }
}

export function rememberHintOpacity(opacity: number): void {
  try {
    localStorage.setItem(ENTRY, String(opacity))
  } catch {
    // Full or forbidden: it is forgotten with the page.
  }
}
