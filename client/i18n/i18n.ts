/**
 * The words of the page, in the language of the person: `t('start.title')`, in templates, stores and elsewhere alike. Messages lie in
 * `<language>/<area>.json`; a language's own are fetched as one file before the page is shown, and when another is chosen. Keys are
 * types: an unknown one does not compile; that every language has every key is checked by messages.test.ts.
 */
import { createI18n } from 'vue-i18n'
import type en from './en.ts'
import { languageFor, languages, localeFor, type Language } from './languages.ts'

const ENTRY = 'nurie:language'

export type Messages = typeof en
export type MessageKey = KeysOf<Messages>

/** The paths to the texts of a tree, with dots between. */
type KeysOf<Tree, Before extends string = ''> = {
  [Key in keyof Tree & string]: Tree[Key] extends string
    ? `${Before}${Key}`
    : KeysOf<Tree[Key], `${Before}${Key}.`>
}[keyof Tree & string]

const loaders: Record<Language, () => Promise<{ default: Messages }>> = {
  en: () => import('./en.ts'),
  ja: () => import('./ja.ts'),
  'zh-TW': () => import('./zh-TW.ts'),
  de: () => import('./de.ts'),
  es: () => import('./es.ts'),
}

const i18n = createI18n<false>({ legacy: false, locale: 'en', fallbackLocale: 'en', messages: {} })

/** The message of a key, with `{name}`s filled in; with a number as `plural`, the form for so many. Follows the language in templates and computed values. */
export function t(key: MessageKey, values: Record<string, unknown> = {}, plural?: number): string {
  return plural === undefined ? i18n.global.t(key, values) : i18n.global.t(key, values, plural)
}

/** Whether there is such a message: for keys that are made of what the server sends. */
export const hasMessage = (key: string): key is MessageKey => i18n.global.te(key, 'en') || i18n.global.te(key)

/** The language that is shown, for `Intl` and for components that depend on it. */
export const language = i18n.global.locale as unknown as { readonly value: Language }

/** What was chosen in this browser; undefined: as the browser says. */
function chosenLanguage(): Language | undefined {
  try {
    const chosen = localStorage.getItem(ENTRY)
    return chosen !== null && Object.hasOwn(languages, chosen) ? (chosen as Language) : undefined
  } catch {
    return undefined
  }
}

/** The locale of a person's region in the language that is shown, for `Intl`. */
export const locale = (): string => localeFor(language.value, globalThis.navigator?.languages ?? [])

let latest: Language | undefined

/** From now on `t` speaks this language; its messages are fetched first. Of several calls the last one holds. Rejects when it cannot be fetched. */
export async function speak(spoken: Language): Promise<void> {
  latest = spoken
  const { default: messages } = await loaders[spoken]()
  i18n.global.setLocaleMessage(spoken, messages)
  if (latest === spoken) i18n.global.locale.value = spoken
}

/** Shows the page in a language. */
export async function showLanguage(
  shown: Language = chosenLanguage() ?? languageFor(navigator.languages),
): Promise<void> {
  await speak(shown)
  document.documentElement.lang = language.value
}

/** Shows it, and remembers it in this browser. */
export async function chooseLanguage(chosen: Language): Promise<void> {
  await showLanguage(chosen)
  try {
    localStorage.setItem(ENTRY, chosen)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}
