/** Moments as people say them, in the language that is shown, with their region's clock. */
import { locale, t } from './i18n/i18n.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const time = (date: Date) => date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' })
const day = (date: Date) => date.toLocaleDateString(locale(), { day: 'numeric', month: 'short' })
const isSameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString()

/** `at` and `now`: milliseconds since 1970. */
export function whenOf(at: number, now: number): string {
  const age = now - at
  if (age < MINUTE) return t('app.now')
  if (age < HOUR) return t('app.minutesAgo', { n: Math.floor(age / MINUTE) })
  const date = new Date(at)
  return isSameDay(date, new Date(now))
    ? t('app.today', { time: time(date) })
    : t('app.onDay', { day: day(date), time: time(date) })
}
