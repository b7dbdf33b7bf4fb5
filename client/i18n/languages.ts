/** The languages of the page, each called by its own name, and which one a person gets: the one they chose, else the first they read. */
export const languages = {
  en: 'English',
  ja: '日本語',
  'zh-TW': '繁體中文',
  de: 'Deutsch',
  es: 'Español',
} as const

export type Language = keyof typeof languages

/** The best of ours for what a browser says its person reads, best first (BCP 47); English where none fits. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const { language, script, region } = new Intl.Locale(tag).maximize()
    // Simplified characters are another script: English is the better guess only when nothing else is read.
    if (language === 'zh' && (script === 'Hant' || region === 'TW')) return 'zh-TW'
    const ours = (Object.keys(languages) as Language[]).find((each) => each === language)
    if (ours) return ours
  }
  return 'en'
}
