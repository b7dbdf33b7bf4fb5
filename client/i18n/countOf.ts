/** So many of something: the form of its message (`{n} stroke | {n} strokes`) for a number, which is written as the language writes it. */
import { locale, t, type MessageKey } from './i18n.ts'

export const countOf = (count: number, key: MessageKey): string =>
  t(key, { n: count.toLocaleString(locale()) }, count)
