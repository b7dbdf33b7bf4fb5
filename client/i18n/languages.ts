/** The languages of the page, each called by its own name, and which one a person gets: the one they chose, else the first they read. */
export const languages = {
  en: 'English',
  ja: '日本語',
  'zh-TW': '繁體中文',
  de: 'Deutsch',
  es: 'Español',
} as const

export type Language = keyof typeof languages

/** The best of ours for what a browser says its person reads, best first (BCP 47); English where none fits. Never throws. */
export function languageFor(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const ours = languageOf(tag)
    if (ours) return ours
  }
  // Who reads Chinese in other characters, and nothing else of ours, can rather read these than English.
  return wanted.some((tag) => parsed(tag)?.language === 'zh') ? 'zh-TW' : 'en'
}

/** The first of a person's own tags in a language, for a region's clock and numbers; else the language itself. */
export const localeFor = (language: Language, wanted: readonly string[]): string =>
  wanted.find((tag) => languageOf(tag) === language) ?? language

function languageOf(tag: string): Language | undefined {
  const locale = parsed(tag)
  if (!locale) return undefined
  // One language, two sets of characters; the traditional ones are read in Hong Kong and Macao too.
  if (locale.language === 'zh') return locale.script === 'Hant' ? 'zh-TW' : undefined
  return (Object.keys(languages) as Language[]).find((each) => each === locale.language)
}

/** Undefined for what is no tag: browsers have been seen with `C` and `*`. */
function parsed(tag: string): Intl.Locale | undefined {
  try {
    return new Intl.Locale(tag).maximize()
  } catch {
    return undefined
  }
}
