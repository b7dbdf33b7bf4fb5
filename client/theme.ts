/** Light or dark: what the system says, or what was chosen in this browser. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const ENTRY = 'nurie:theme'

export function chosenTheme(): Theme {
  try {
    const chosen = localStorage.getItem(ENTRY)
    return themes.find((theme) => theme === chosen) ?? 'system'
  } catch {
    return 'system'
  }
}

export function showTheme(theme: Theme = chosenTheme()): void {
  document.documentElement.style.colorScheme = theme === 'system' ? 'light dark' : theme
}

export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(ENTRY, theme)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  showTheme(theme)
}
